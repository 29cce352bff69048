package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"
)

// workers is how many questions are in flight at a time.
const workers = 16

// askAll asks about so many keys as plainly as net/http allows, at most perSecond of them
// in a second, and decodes the answers.
func askAll(ctx context.Context, endpoint string, calls int, perSecond rate.Limit) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	token, err := tokenFor(ctx, client, endpoint)
	if err != nil {
		return err
	}
	pace := rate.NewLimiter(perSecond, 1)
	var next atomic.Int64
	failures := make(chan error, workers)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(calls); i = next.Add(1) {
				if err := pace.Wait(ctx); err != nil {
					failures <- fmt.Errorf("wait for a turn: %w", err)
					return
				}
				if err := askOne(ctx, client, endpoint, token, rowKey(int(i-1))); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failures)
	return <-failures
}

func tokenFor(ctx context.Context, client *http.Client, endpoint string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint+"/v1.0/oauth2/accessToken",
		bytes.NewReader([]byte(`{"appKey": "dinggrowth", "appSecret": "for-the-simulator-only"}`)))
	if err != nil {
		return "", fmt.Errorf("ask for a token: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	var answer struct {
		AccessToken string `json:"accessToken"`
	}
	if err := do(client, request, &answer); err != nil {
		return "", fmt.Errorf("ask for a token: %w", err)
	}
	return answer.AccessToken, nil
}

func askOne(ctx context.Context, client *http.Client, endpoint, token, key string) error {
	question := fmt.Sprintf(`{"processQueryKey": %q, "maxResults": 200}`, key)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint+"/v1.0/robot/privateChatMessages/query", strings.NewReader(question))
	if err != nil {
		return fmt.Errorf("ask about %s: %w", key, err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Acs-Dingtalk-Access-Token", token)
	var answer struct {
		SendStatus  string   `json:"sendStatus"`
		ReadUserIDs []string `json:"readUserIds"`
		HasMore     bool     `json:"hasMore"`
	}
	if err := do(client, request, &answer); err != nil {
		return fmt.Errorf("ask about %s: %w", key, err)
	}
	if answer.SendStatus != "SUCCESS" || answer.HasMore {
		return fmt.Errorf("the answer about %s is not one page of a sent message", key)
	}
	return nil
}

// do sends a request and decodes its answer.
func do(client *http.Client, request *http.Request, into any) (err error) {
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %s", response.StatusCode, body)
	}
	return json.Unmarshal(body, into)
}
