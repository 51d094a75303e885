package cardview

// bulkURL is where acts on several cards begin.
const bulkURL = ListURL + "/bulk"
