// Package scenario describes what a simulator answers: apps, messages and their
// readers, limits, faults and outages, as values that are read from strict JSON and
// checked as a whole.
//
// Scenario and the types below it are the reference: each field's comment is its
// documentation. Load reports all mistakes at once, with their lines.
//
//	{
//	  "seed": 1,
//	  "latency": "80ms",
//	  "requests_per_second": 20,
//	  "apps": {
//	    "dingabc": {"app_secret": "s3cret", "robots": ["dingbot"]},
//	    "suitexyz": {"app_secret": "s3cret", "suite_ticket": "t1cket", "corps": ["dingcorp"]}
//	  },
//	  "unknown_keys": "reject",
//	  "messages": [
//	    {"key": "Kna0123=", "readers": ["u1", "u2"], "page_size": 1},
//	    {"key": "Kna0124=", "asks": [{"readers": ["u1"]}, {"readers": ["u1", "u2"]}]},
//	    {"key": "Kna0125=", "kind": "group", "reader_count": 450,
//	     "changes": [{"after": "1h", "send_status": "RECALLED"}]},
//	    {"key": "Kna0126=", "error": {"code": "bot.stopped"}},
//	    {"key": "Kna0127=", "kind": "one_to_one", "receivers": ["u1", "u2"], "readers": ["u1"]}
//	  ],
//	  "faults": [
//	    {"kind": "reset", "share": 0.05},
//	    {"kind": "system_error", "messages": ["Kna0123="], "pages": [2], "attempts": [1, 2]}
//	  ],
//	  "outages": [{"from": "2m", "until": "12m"}]
//	}
package scenario
