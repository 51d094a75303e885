package place

import (
	"context"

	"kabinet/internal/core/country"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// Address is where an organization is, as the state register has it.
type Address struct {
	Language string // of the organization, for the name of its first place
	Region   string // code, see core/region
	District string
	Street   string

	Activities []Activity // done there, where somebody was asked; nil: all
}

// FirstTx makes the first place of an organization from its address; it is the
// main one. The caller has asked for the right and made sure that there is
// none yet: a second main place is refused by the database.
//
// Where nobody was asked it gets all three activities. The register does not know what is done at an
// address, and under the old account an address was good for everything; with
// fewer, work that was possible the day before would stop until somebody
// edited the place.
func FirstTx(ctx context.Context, tx pg.Tx, orgID int64, a Address) (int32, error) {
	done := a.Activities
	if len(done) == 0 {
		done = Activities()
	}
	return insertFirst(ctx, tx, orgID, Fields{
		Name: firstName(a), Activities: done, Country: country.Home, Region: a.Region, District: a.District, Street: a.Street,
	})
}

// firstName is "Main place, Yunusobod" in the organization's language.
func firstName(a Address) string {
	l, _ := i18n.Parse(a.Language)
	if a.District == "" {
		return i18n.Text(l, "place.first.plain")
	}
	return i18n.Text(l, "place.first.name", "district", a.District)
}
