update card_photos p set bytes = f.size + t.size
from blobs f, blobs t
where f.id = p.blob_id and t.id = p.thumb_blob_id and p.bytes = 0;

update schema_migrations set dirty = false;
