package scenario

import "slices"

// The kinds of message that a query exists for, which are also the names of their
// interfaces.
const (
	KindPrivateChat = "private_chat"
	KindGroup       = "group"
	KindOneToOne    = "one_to_one"
)

// The names of the token interfaces.
const (
	InterfaceAccessToken     = "access_token"
	InterfaceCorpAccessToken = "corp_access_token"
	InterfaceUnifiedToken    = "unified_token"
)

// MaxReceivers is the most people that one one_to_one message is sent to.
const MaxReceivers = 20

// DefaultMaxPageSize is the largest maxResults of a query.
const DefaultMaxPageSize = 200

// Kinds returns the kinds of message.
func Kinds() []string { return []string{KindPrivateChat, KindGroup, KindOneToOne} }

// Interfaces returns the names of all interfaces, those for tokens first.
func Interfaces() []string {
	return slices.Concat([]string{InterfaceAccessToken, InterfaceCorpAccessToken, InterfaceUnifiedToken}, Kinds())
}
