package cardhttp_test

import (
	"os"
	"path/filepath"
	"testing"

	"kabinet/internal/browsertest"
	"kabinet/internal/platform/picture/picturetest"
)

// TestPhotosInABrowser adds photos by choosing and by dropping them.
func TestPhotosInABrowser(t *testing.T) {
	t.Parallel()
	s, id := studio(t)
	files := t.TempDir()
	for name, content := range map[string][]byte{
		"front.jpg": picturetest.JPEG(t, 800, 1200), "back.png": picturetest.PNG(t, 1200, 500), "drawing.jpg": []byte("<svg/>"),
	} {
		s.must(os.WriteFile(filepath.Join(files, name), content, 0o600))
	}
	at := s.served()
	chromium, err := browsertest.Start(t.Context(), "../../../testdata/axe/axe.min.js")
	s.must(err)
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	tab.Go(at + "/robots.txt")
	tab.Eval(`fetch("/in/publisher", {method: "POST"}).then(() => "")`)
	tab.Go(at + path(id, "/edit/photos?lang=en"))

	tab.Attach("#photos", filepath.Join(files, "front.jpg"))
	tab.See("front.jpg")
	tab.Eval(`(() => { // somebody drops a second file on it
		const dropped = new DataTransfer();
		dropped.items.add(new File(["<svg/>"], "drawing.jpg", {type: "image/jpeg"}));
		document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: dropped, bubbles: true, cancelable: true}));
		return "";
	})()`)
	tab.See("front.jpg, drawing.jpg")
	tab.Expect("422")
	tab.Press("Save and continue")
	tab.See("drawing.jpg: Not a JPEG, PNG or WebP picture")
	tab.See("1 photo saved")
	tab.Until("the photo is shown", `document.querySelector(".shots img").naturalWidth > 0 ? "yes" : ""`)

	tab.Attach("#photos", filepath.Join(files, "back.png"))
	tab.Press("Save and add more")
	tab.Until("both are there", `document.querySelectorAll(".shots li").length === 2 ? "yes" : ""`)
	tab.Go(at + path(id, "/edit/photos?lang=ru"))
	tab.Click(".shot")
	tab.Until("the photo is shown in full", `document.querySelector(".viewer img").naturalWidth > 0 ? "yes" : ""`)
	tab.See("1 из 2")
	tab.Click("[rel=next]")
	tab.See("2 из 2")

	tab.Scripts(false)
	tab.Go(at + path(id, "/edit/photos?lang=uz"))
	tab.Attach("#photos", filepath.Join(files, "back.png"))
	tab.Press("Saqlash va davom etish")
	tab.At(path(id, "/check"))
}
