package cardhttp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kabinet/internal/card"
)

// TestAReturnedCardIsCorrectedOnItsOwnPage: the fields that the operator named
// are asked right there, and saving leads to the signature.
func TestAReturnedCardIsCorrectedOnItsOwnPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.corrected(1, remarks...)
	b := s.as("publisher")
	p := want(t, b.Get(path(id, "")), http.StatusOK, "The operator returned the card", "The volume differs from the photo", "Make the photo of the package sharper")
	if strings.Contains(p.Body, `name="name_uz"`) {
		t.Error("it asks what nobody wants changed")
	}
	p = want(t, b.Post(path(id, "/edit/remarks"), form(p, card.Typed{"brand": "Zilol Aqua", "attr.volume": "0,33"})), http.StatusSeeOther)
	if p.Location != path(id, "/check") {
		t.Fatalf("saving leads to %s", p.Location)
	}
	want(t, b.Get(p.Location), http.StatusOK, "Sign and send to moderation", "Zilol Aqua")
	want(t, b.Get(path(id, "")), http.StatusOK, "Returned", "Check and send")
	want(t, b.Get(path(id, "/versions/2?with=1")), http.StatusOK, "2 differences", "differs", "0,33 l")
	s.sent(id)
	want(t, b.Get(path(id, "")), http.StatusOK, "Under moderation")
}

func TestAPublishedCardGoesOnAndOutOfUse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.published(1)
	b := s.as("publisher")
	want(t, b.Get(path(id, "")), http.StatusOK, "Published", "Change", "Block")
	p := want(t, b.Get(path(id, "/edit/identification")), http.StatusOK)
	if strings.Contains(p.Body, `name="gtin"`) {
		t.Error("the number of a card in force may be changed")
	}
	want(t, b.Post(path(id, "/block"), nil), http.StatusUnprocessableEntity, "There is 1 problem")
	want(t, b.Post(path(id, "/block"), url.Values{"reason": {"Recalled by the maker"}}), http.StatusSeeOther)
	want(t, b.Get(path(id, "")), http.StatusOK, "Your organization has blocked this card", "Recalled by the maker", "Unblock")
	want(t, b.Post(path(id, "/unblock"), nil), http.StatusSeeOther)
	want(t, b.Get(path(id, "/archive")), http.StatusOK, "Archive “Zilol drinking water 0.5 l”?")
	want(t, b.Post(path(id, "/archive"), nil), http.StatusSeeOther)
	want(t, b.Get(path(id, "")), http.StatusOK, "In the archive", "Take out of the archive")
	want(t, b.Post(path(id, "/restore"), nil), http.StatusSeeOther)
	want(t, b.Post(path(id, "/restore"), nil), http.StatusConflict)
}

func TestACardIsCopiedUnderAnotherNumber(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.made(1)
	b := s.as("editor")
	want(t, b.Get("/cards/new/copy"), http.StatusOK, "Choose the card that is most alike", bottle(1)["gtin"])
	p := want(t, b.Get(path(id, "/copy")), http.StatusOK)
	want(t, b.Post(path(id, "/copy"), form(p, card.Typed{"gtin": bottle(1)["gtin"]})), http.StatusUnprocessableEntity, "A copy needs a GTIN of its own")
	s.made(3)
	want(t, b.Post(path(id, "/copy"), form(p, card.Typed{"gtin": bottle(3)["gtin"]})), http.StatusUnprocessableEntity, "Your organization has a card for this GTIN")
	made := form(p, card.Typed{"gtin": bottle(2)["gtin"]})
	p = want(t, b.Post(path(id, "/copy"), made), http.StatusSeeOther)
	if again := b.Post(path(id, "/copy"), made); again.Location != p.Location {
		t.Errorf("the form sent again leads to %s, not %s", again.Location, p.Location)
	}
	want(t, b.Get(p.Location), http.StatusOK, "Zilol drinking water 0.5 l", bottle(2)["gtin"])
}

func TestADraftIsDeleted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.made(1)
	b := s.as("editor")
	want(t, b.Get(path(id, "/discard")), http.StatusOK, "Delete the draft “Zilol drinking water 0.5 l”?")
	if p := want(t, b.Post(path(id, "/discard"), nil), http.StatusSeeOther); p.Location != "/cards" {
		t.Errorf("it leads to %s", p.Location)
	}
	want(t, b.Get(path(id, "")), http.StatusNotFound)
}

// TestTheSignatureOfAnotherPersonSendsNothing: the check is shown again and says why.
func TestTheSignatureOfAnotherPersonSendsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.made(1)
	b := s.as("publisher")
	challenge, text := b.Challenge(path(id, "/challenge"))
	want(t, b.Post(path(id, "/send"), signedBy(s.key("editor"), challenge, text)), http.StatusUnprocessableEntity,
		"The card was not sent", "This key belongs to somebody else", "Sign and send to moderation")
	want(t, b.Post(path(id, "/send"), nil), http.StatusGone, "The card was not sent")
	want(t, b.Get(path(id, "")), http.StatusOK, "Draft")
	if p := s.as("editor").Post(path(id, "/challenge"), nil); p.Status != http.StatusForbidden {
		t.Errorf("an editor is asked to sign: %d", p.Status)
	}
}

// TestNumbersOfOthersAreNotSent: a draft may be written, and leads to the request.
func TestNumbersOfOthersAreNotSent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, err := s.cards.Create(t.Context(), s.publisher(), "", with(bottle(1), "gtin", gtin("4780303", 1)))
	s.must(err)
	s.photo(id)
	b := s.as("publisher")
	for _, page := range []string{"", "/check", "/edit/attributes"} {
		p := want(t, b.Get(path(id, page)), http.StatusOK, "is not registered for your organization", "Ask the operator for the GTIN")
		if !strings.Contains(p.Body, `href="/org/gs1/new?kind=gs1_gtin&amp;number=`+gtin("4780303", 1)+`"`) {
			t.Errorf("%s does not lead to the request", page)
		}
	}
	if p := b.Get(path(id, "/check")); strings.Contains(p.Body, "data-eds") {
		t.Error("it can be signed")
	}
}
