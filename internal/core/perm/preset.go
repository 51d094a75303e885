package perm

import "slices"

// Preset is a named choice of roles for a kind of work, offered when a user is
// added ("preset.<code>" and "preset.<code>.about"). It is a start, never
// stored: what a user may do are the roles (our own design, ux.md 2.2).
type Preset string

// The presets, in the order of the form.
const (
	PresetAccountant  Preset = "accountant"
	PresetProduction  Preset = "production"
	PresetWarehouse   Preset = "warehouse"
	PresetIntegration Preset = "integration"
	PresetDirector    Preset = "director"
)

// Presets lists them in the order of the form: the widest last.
func Presets() []Preset {
	return []Preset{PresetAccountant, PresetProduction, PresetWarehouse, PresetIntegration, PresetDirector}
}

// Roles are those of the preset, the default role among them; nil for an
// unknown one. Roles that need the issuer flag are in it; the caller leaves
// them out for an organization that issues nothing.
func (p Preset) Roles() []Role {
	switch p {
	case PresetAccountant:
		return []Role{RoleDefault, RoleObserver, RoleOrderObserver, RoleDocCorrection, RoleDocWithdrawal, RoleDocAcceptor}
	case PresetProduction:
		return []Role{RoleDefault, RoleCardEditor, RoleCodeIssuer, RoleDocApplication, RoleDocAggregation}
	case PresetWarehouse:
		return []Role{RoleDefault, RoleObserver, RoleDocAggregation, RoleDocDisaggregate, RoleDocWithdrawal, RoleDocAcceptor}
	case PresetIntegration:
		return []Role{RoleDefault, RoleObserver, RoleCardObserver, RoleOrderObserver, RoleKeyManager}
	case PresetDirector:
		return []Role{RoleDefault, RoleOrgAdmin, RoleObserver, RoleCardPublisher, RoleCodeIssuer, RoleProviderManager, RoleDocAcceptor, RoleKeyManager}
	}
	return nil
}

// PresetOf is the preset whose roles somebody has, no more and no fewer.
func PresetOf(roles []string) (Preset, bool) {
	for _, p := range Presets() {
		want := p.Roles()
		if len(want) == len(roles) && !slices.ContainsFunc(want, func(r Role) bool { return !slices.Contains(roles, string(r)) }) {
			return p, true
		}
	}
	return "", false
}
