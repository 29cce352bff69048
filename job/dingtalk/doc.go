// Package dingtalk asks DingTalk's API who has read a robot's message.
//
// It speaks the calls of job.PrivateChat, job.Group and job.OneToOne as the
// vendor's pages have them, gets and renews the access tokens of internal,
// third-party and unified apps, and makes of every answer either a page
// that can be believed or a job.AnswerError that says what kind of trouble it is
// and how far it reaches. An answer in doubt is no answer: what encoding/json
// would decode into "nobody has read it" is retried and then reported.
//
// All waiting is ratelimit's. What is not promised: a page at a time is judged by
// itself; whether the pages of a message make sense together is for the caller,
// who sees them all.
//
// No secret gets into an error, a URL or a log.
package dingtalk
