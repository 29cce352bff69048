// Package ident decides what can be an identifier of DingTalk: a user id, a
// processQueryKey, a robot code or a conversation id. Every reader of rosters,
// rows, HCL, JSON and YAML asks it, so that a value is taken or refused for the
// same reason wherever it stands.
//
// What is known of these identifiers:
//
//   - A user id is a text of 1 to 64 bytes that an organisation chooses or
//     DingTalk generates, such as "manager4220", "0123456789" or "zhang.san".
//     The vendor documents no alphabet. Leading zeros count. The list readUserIds
//     of an answer has them as JSON strings.
//   - A processQueryKey is what the send call returned: Base64 in the vendor's
//     example, "Kna…Lapw55G7x0Q=". A card's carrierId takes its place.
//   - A robot code begins with "ding" in the vendor's example. An
//     openConversationId begins with "cid" and is Base64, "cid6KeB…odoA==".
//
// The sources are the vendor's pages for privateChatMessages/query (the lengths
// and examples) and for the directory's users (the 64 bytes). None of them
// promises an alphabet, so Parse is an exclusion list: it refuses what tools are
// known to make of an identifier on its way into a file, and what the API can't
// have given out. What an answer of the API may hold is wider, see
// [notifyaudit/job.CheckID].
//
// Spreadsheets and their relatives mark text that must stay text: ="000123" and
// '000123 are both 000123. Parse takes such a guard off, and white space and
// invisible characters at both ends.
package ident
