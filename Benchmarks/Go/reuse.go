// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

// Reuse says how long golang.org/x/oauth2 takes to hand out a token that it holds. For each line of its input, how many
// threads and how many calls of each, it prints the nanoseconds from the first call to the end of the last.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// Where another token would come from; nobody is to ask.
type nowhere struct{}

func (nowhere) Token() (*oauth2.Token, error) {
	return nil, errors.New("the token that is there was not handed out again")
}

func main() {
	token := &oauth2.Token{AccessToken: "made-up-access-token", Expiry: time.Now().Add(24 * time.Hour)}
	source := oauth2.ReuseTokenSource(token, nowhere{})
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		var threads, calls int
		if _, err := fmt.Sscan(input.Text(), &threads, &calls); err != nil {
			fail(err)
		}
		fmt.Println(measure(source, threads, calls).Nanoseconds())
	}
}

func measure(source oauth2.TokenSource, threads, calls int) time.Duration {
	var all sync.WaitGroup
	began := time.Now()
	for i := 0; i < threads; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < calls; j++ {
				if _, err := source.Token(); err != nil {
					fail(err)
				}
			}
		}()
	}
	all.Wait()
	return time.Since(began)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "reuse:", err)
	os.Exit(1)
}
