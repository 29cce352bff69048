// Package dingtalk asks DingTalk's API who has read a robot's message.
//
// It makes the calls of job.PrivateChat, job.Group and job.OneToOne as the vendor
// documents them, gets and renews the access tokens of internal, third-party and unified
// apps, and turns every answer into a plausible page or a job.AnswerError, which has the
// class of the error and its reach. A doubtful answer is no answer: one that encoding/json
// would decode as "nobody has read it" is retried and then reported.
//
// Package ratelimit does all waiting. Each page is judged alone; whether the pages of a
// message are consistent is up to the caller, which sees all of them.
//
// No secret gets into an error, a URL or a log.
package dingtalk
