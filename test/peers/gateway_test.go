package peers

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode"

	"intikhab/domain/cnic"
	"intikhab/platform/sms"
)

const (
	onRoll    = "42301-1234567-1"
	found     = "CNIC 42301-*: Block 440160404, Serial 226, Household 158, NA-245, PS-110. Girls School {Block A}"
	foundUrdu = "شناختی کارڈ 42301-*\nشماریاتی بلاک کوڈ: 440160404\nسلسلہ نمبر: 226\nگھرانہ نمبر: 158\n" +
		"انتخابی علاقہ: سندھی مسلم ہاؤسنگ سوسائٹی، سرکل نمبر 4\nتحصیل: فیروز آباد\nضلع: کراچی شرقی\n" +
		"قومی اسمبلی: NA-245\nصوبائی اسمبلی: PS-110\nپولنگ اسٹیشن: گلستان گرلز سیکنڈری اسکول، بلاک اے"
	notUnderstood = "Send the 13 digits of your CNIC, such as 4230112345671."
)

// echo is as much of a service as a peer can tell apart: it reads the number and
// answers in the script of the question, silently if the question is only "STOP".
var echo = sms.HandlerFunc(answer)

func answer(in *sms.Message, reply []byte) []byte {
	number, err := cnic.Parse(in.Text)
	urdu := strings.ContainsFunc(in.Text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
	switch {
	case in.Text == "STOP":
		return reply
	case err == nil && number.RevealDashed() == onRoll && urdu:
		return append(reply, foundUrdu...)
	case err == nil && number.RevealDashed() == onRoll:
		return append(reply, found...)
	}
	return append(reply, notUnderstood...)
}

// bind starts a gateway with one operator, answers by the handler, and waits until
// it is bound.
func bind(t *testing.T, cfg sms.OperatorConfig, handler sms.Handler) *sms.Gateway {
	t.Helper()
	cfg.RetryPause = sms.Duration(20 * time.Millisecond)
	cfg.ReconnectMin = sms.Duration(20 * time.Millisecond)
	g, err := sms.NewGateway(sms.Config{Operators: map[string]sms.OperatorConfig{"peer": cfg}}, handler, nil)
	if err != nil {
		t.Fatal(err)
	}
	g.Start(context.Background())
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		g.Shutdown(ctx)
	})
	eventually(t, "the gateway is bound", func() bool { return bound(g) })
	return g
}

// bound tells whether the gateway can ask and be asked.
func bound(g *sms.Gateway) bool {
	receives, sends := counts(g).Bound()
	return receives && sends
}

func counts(g *sms.Gateway) sms.OperatorSnapshot { return g.Snapshot().Operators[0] }
