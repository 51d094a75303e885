package placeview

import (
	"context"

	"kabinet/internal/core/fault"
	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Blocking is the page before the block of a place.
type Blocking struct {
	place.Blocking
	Form  place.BlockForm
	Wrong fault.Complaints
}

// facts are what depends on the place.
func (b Blocking) facts(ctx context.Context) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "place.field.id"), Value: itoa(b.ID), Code: true},
		{Key: i18n.T(ctx, "place.address"), Value: address(ctx, b.Fields)},
		{Key: i18n.T(ctx, "place.block.users"), Rich: users(b)},
	}
	if b.Everywhere > 0 {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "place.block.everywhere"), Value: i18n.N(ctx, "place.block.everywhere_n", b.Everywhere)})
	}
	return ps
}

func (b Blocking) successor(ctx context.Context) (ui.Field, []ui.Option) {
	var os []ui.Option
	for _, p := range b.Others {
		os = append(os, ui.Option{Value: itoa(p.ID), Text: p.Name + " – " + itoa(p.ID)})
	}
	return ui.Field{
		Name: place.FieldSuccessor, Label: i18n.T(ctx, "place.block.successor_label"), Hint: i18n.T(ctx, "place.block.successor_hint"),
		Value: b.Form.Successor, Wrong: b.Wrong,
	}, os
}

func (b Blocking) confirm(ctx context.Context) ui.Field {
	return ui.Field{
		Name: place.FieldConfirm, Label: i18n.T(ctx, "place.block.confirm_label"), Hint: b.Name,
		Value: b.Form.Confirm, Wrong: b.Wrong, Autocomplete: "off",
	}
}
