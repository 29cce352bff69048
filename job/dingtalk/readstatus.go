package dingtalk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"notifyaudit/job"
)

func readStatusParams(q job.Query) url.Values {
	return url.Values{"robotCode": {q.RobotCode}, "processQueryKey": {q.ProcessQueryKey}}
}

// decodeReadStatus reads the answer about a one-to-one message: all of its
// receivers at once, each READ or UNREAD. A message that was sent has a receiver,
// so a list without any beside SUCCESS is not believed: it would say that nobody
// has read the message.
//
// The receivers' names are passed over: the state keeps user ids, and who is who is
// the roster's word. So is readTimestamp, which the vendor documents as unsupported.
func decodeReadStatus(body []byte) (job.Page, error) {
	var page job.Page
	var infos []json.RawMessage
	err := readObject(body, []string{"sendStatus", "messageReadInfoList"}, func(key string, value json.RawMessage) (err error) {
		if key == "sendStatus" {
			page.SendStatus, err = readSendStatus(respelled(value))
			return err
		}
		if err := json.Unmarshal(value, &infos); err != nil {
			return errors.New("not an array")
		}
		return nil
	})
	switch {
	case err != nil:
		return job.Page{}, err
	case page.SendStatus == "":
		return job.Page{}, errors.New("sendStatus is missing")
	case page.SendStatus == job.SendSuccess && len(infos) == 0:
		return job.Page{}, errors.New("messageReadInfoList is empty, though the message was sent")
	}
	if err := addReceivers(&page, infos); err != nil {
		return job.Page{}, fmt.Errorf("messageReadInfoList: %w", err)
	}
	return page, nil
}

// sdkSuccess is how the vendor's own SDK, 2.2.27, spells the example of this call's
// sendStatus. No source says whether the wire has it so.
const sdkSuccess = "SUCESS" //nolint:misspell // theirs

// respelled is a sendStatus as the other calls have it.
func respelled(value json.RawMessage) json.RawMessage {
	if string(value) == strconv.Quote(sdkSuccess) {
		return json.RawMessage(strconv.Quote(string(job.SendSuccess)))
	}
	return value
}

// addReceivers puts each receiver into the page once. One who is READ and UNREAD in
// the same answer is neither.
func addReceivers(page *job.Page, infos []json.RawMessage) error {
	seen := make(map[string]bool, len(infos))
	for i, value := range infos {
		id, read, err := readReceiver(value)
		if err != nil {
			return fmt.Errorf("receiver %d: %w", i+1, err)
		}
		before, again := seen[id]
		if again && before != read {
			return fmt.Errorf("receiver %d: both READ and UNREAD", i+1)
		}
		if again {
			continue
		}
		seen[id] = read
		page.Receivers = append(page.Receivers, id)
		if read {
			page.ReadUserIDs = append(page.ReadUserIDs, id)
		}
	}
	return nil
}

func readReceiver(value json.RawMessage) (id string, read bool, err error) {
	var status string
	err = readObject(value, []string{"userId", "readStatus"}, func(key string, value json.RawMessage) (err error) {
		if key == "userId" {
			id, err = readUserID(value)
			return err
		}
		status, err = readString(value)
		return err
	})
	switch {
	case err != nil:
		return "", false, err
	case id == "":
		return "", false, errors.New("userId is missing")
	case status != "READ" && status != "UNREAD":
		return "", false, fmt.Errorf("readStatus is %q, neither READ nor UNREAD", tidy(status, 64))
	}
	return id, status == "READ", nil
}
