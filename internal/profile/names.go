package profile

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/register"
)

// SetNames stores the names in three languages. They stand in letters, in what
// is signed and in the catalogue, so nobody takes another company's: in a
// language in which the state register names the organization, its name is that
// one, give or take script, case and quotation marks. The register is asked
// when it never was.
func (s *Service) SetNames(ctx context.Context, a actor.Actor, version int, in org.Names) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	n, err := openNames(in)
	if err != nil {
		return err
	}
	if err := s.askOnce(ctx, a); err != nil {
		return err
	}
	return s.edit(ctx, a, version, "org.names", func(tx pg.Tx, p org.Profile, c audit.Changes) error {
		c.Note("name_uz", p.NameUz, n.Uz)
		c.Note("name_ru", p.NameRu, n.Ru)
		c.Note("name_en", p.NameEn, n.En)
		if len(c) == 0 {
			return nil
		}
		k, err := register.Of(ctx, tx, a.OrgID)
		if err != nil {
			return err
		}
		if err := asRegistered(n, k.Names); err != nil {
			return err
		}
		return org.SetNamesTx(ctx, tx, a.OrgID, p.TIN, n)
	})
}

// askOnce has an answer of the register stored.
func (s *Service) askOnce(ctx context.Context, a actor.Actor) error {
	k, err := register.Of(ctx, s.DB, a.OrgID)
	if err != nil || !k.AsOf.IsZero() {
		return err
	}
	return s.Refresh(ctx, a)
}

// openNames reads the names, as typed.
func openNames(n org.Names) (org.Names, error) {
	var f fault.Form
	out := org.Names{
		Uz: typed(&f, "name_uz", text.Uzbek(n.Uz), maxName, "profile.form.name_uz"),
		Ru: typed(&f, "name_ru", n.Ru, maxName, "profile.form.name_ru"),
		En: typed(&f, "name_en", n.En, maxName, ""),
	}
	for field, s := range map[string]string{"name_uz": out.Uz, "name_ru": out.Ru, "name_en": out.En} {
		f.Check(!text.Linked(s), field, "profile.form.linked") // names stand in letters
	}
	return out, f.Err()
}

// asRegistered complains about names that are not those of the register. It
// repeats the Uzbek name where it has no Russian one, which binds nobody; and
// an organization need not have an English one.
func asRegistered(n, registered org.Names) error {
	if registered.Ru == registered.Uz {
		registered.Ru = ""
	}
	var f fault.Form
	for _, name := range []struct{ field, typed, registered string }{
		{"name_uz", n.Uz, registered.Uz}, {"name_ru", n.Ru, registered.Ru}, {"name_en", n.En, registered.En},
	} {
		same := name.typed == "" || name.registered == "" || fold.Text(name.typed) == fold.Text(name.registered)
		f.Check(same, name.field, "profile.form.registered", "name", name.registered)
	}
	return f.Err()
}
