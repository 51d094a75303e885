package card

// For tests.
var StatementOfMany = statementOfMany
