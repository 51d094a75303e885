// Package perm names every right and the roles that bundle them.
//
// A right is a code that a use case asks for; a role is a named bundle that an
// administrator gives (domain.md 2.7). Roles are stored by code, rights never:
// changing what a role may do is a change of this file and acts at once.
package perm

// Code is one right. The codes of members and of staff share one space, so a
// set can never mean something else in the other area.
type Code uint8

// Rights of members of an organization. The comments give the code of the
// published interface where there is one (domain.md 2.7).
const (
	OrgRead      Code = iota // own organization and own profile; PARTY.SHRINK-READ
	OrgEdit                  // edit the participant's profile
	MemberManage             // register, edit, block users; answer their requests
	GroupManage              // add product groups, edit them before activation
	PlaceManage              // places of business

	CodeLookup        // look codes up by number; MARKING-CODE.SHRINK-READ
	CodeRead          // own codes with all details; MARKING-CODE.READ
	CardLookup        // find products by GTIN
	DocumentRead      // operations, receipts, invoices; DOCUMENT.READ
	CardRead          // product cards
	CardEdit          // drafts of product cards
	CardPublish       // send cards to moderation
	OrderRead         // own orders; MARKING-CODE-ORDER.READ
	OrderManage       // create, fetch, close orders; MARKING-CODE-ORDER.CREATE, .ADMINISTRATION
	ProviderOrderRead // orders assigned to a provider; MARKING-CODE-CONTRACTOR-ORDER.READ
	ProviderManage    // authorizations and orders of providers; MARKING-CODE-CONTRACTOR-ORDER.CREATE, .ADMINISTRATION
	DocApplication    // utilisation and validation reports; MARKING-CODES-DOCUMENTS
	DocAggregation    // AGGREGATION
	DocCorrection     // CODE-CORRECTION
	DocDisaggregation // TRANSPORT-CODE-DISAGGREGATION
	DocImport         // CODES-IMPORT
	DocWithdrawal     // WITHDRAWAL
	DocAIC            // form and disband AICs
	DocAccept         // accept and reject incoming e-invoices
	KeyManage         // create, replace and revoke own API keys
	EventRead         // the organization's events
)

// Rights of the operator's staff.
const (
	OpOrgRead          Code = iota + 128 // see every organization's record
	OpOrgImport                          // import organizations of the old account
	OpCampaignRead                       // see campaigns and letters
	OpCampaignRun                        // open, start and stop campaigns
	OpLetterSend                         // send a letter again
	OpJobRead                            // see background jobs
	OpJobManage                          // retry and cancel them
	OpAuditRead                          // read the audit log
	OpStaffManage                        // give staff their roles
	OpRequestRead                        // see what organizations ask the operator for: requests and agreements
	OpRequestDecide                      // decide it: what becomes of records
	OpSupportAnswer                      // answer what they ask in words; changes no record
	OpPrefixManage                       // register and block GS1 prefixes
	OpDictionaryManage                   // edit dictionaries: product groups, reasons for returning cards
	OpCardRead                           // see product cards that wait for moderation
	OpCardModerate                       // publish and return them
	OpMaintenance                        // plan and end maintenance
	OpSupportRead                        // read what organizations ask in words, and the files with it
	OpFeedRead                           // see feeds and the messages in them
	OpFeedManage                         // give tokens, send again, throw away, upload
	OpDictionaryRead                     // see dictionaries
)

// Set is a set of rights; the zero value is empty and two sets compare with ==.
type Set [4]uint64

// Of makes a set.
func Of(codes ...Code) Set {
	var s Set
	for _, c := range codes {
		s[c/64] |= 1 << (c % 64)
	}
	return s
}

// Has reports whether the right is in the set.
func (s Set) Has(c Code) bool { return s[c/64]&(1<<(c%64)) != 0 }

// Meets reports whether a right is in both.
func (s Set) Meets(t Set) bool {
	for i := range s {
		if s[i]&t[i] != 0 {
			return true
		}
	}
	return false
}

// Or gives the rights of both.
func (s Set) Or(t Set) Set {
	for i := range s {
		s[i] |= t[i]
	}
	return s
}
