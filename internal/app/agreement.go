package app

import (
	"kabinet/internal/agreement"
	"kabinet/internal/agreement/agreementhttp"
)

// openAgreements makes the rooms about the offer and the agreement for provision of
// codes.
func (a *App) openAgreements() {
	r := &a.rooms
	r.agreement = &agreement.Service{DB: a.db, Proof: r.proof, Accounts: r.accounts, Box: a.box, Host: signingHost(a.conf), Now: a.now}
	r.pages.agreement = agreementhttp.Handlers{Agreements: r.agreement, Sessions: a.sessions, EDS: panelConfig(a.conf), Now: a.now}
}
