package card

import (
	"kabinet/internal/attribute"
	"kabinet/internal/core/fault"
)

// Open turns what was typed into what a card says, or complains about every
// field at once. It accepts what is unfinished: only GTIN and packaging must be
// there, and what is there must be valid. The group is the book's.
func (t Typed) Open(book attribute.Book) (Content, error) {
	return Content{}, ErrUnready
}

// Typed is what a form shows to change the content: opening it gives the same
// content, but for the photos. The group is given by its number.
func (c Content) Typed() Typed {
	return Typed{}
}

// Over lays what was typed over what was there: fields that were not typed stay.
func (t Typed) Over(base Typed) Typed {
	all := make(Typed, len(base)+len(t))
	for field, text := range base {
		all[field] = text
	}
	for field, text := range t {
		all[field] = text
	}
	return all
}

// Missing is what a card needs before it can be sent, in the order of forms.
func (c Content) Missing(book attribute.Book) fault.Complaints {
	return nil
}
