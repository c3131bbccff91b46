package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync/atomic"

	"intikhab/platform/database"
	"intikhab/platform/notice"
	"intikhab/platform/sms"
	"intikhab/platform/sms/gsm"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/console"
	"intikhab/systems/voterinfo/door"
	"intikhab/systems/voterinfo/rollindex"
)

// voterService is 8300 put together: the answer, its doors, and its console.
type voterService struct {
	log     *slog.Logger
	db      *database.DB
	service *voterinfo.Service
	door    *door.Door
	console *console.Console
	gateway *sms.Gateway
	secure  *tls.Config                    // for the public listener; nil for HTTP
	told    atomic.Pointer[notice.Service] // nil where this node sends no notices
	offices map[string]string              // the settings' answer.offices
}

// newVoterService makes the service from its settings. Nothing listens or binds
// yet. It is to be closed.
func newVoterService(ctx context.Context, cfg *config, log *slog.Logger) (*voterService, error) {
	s := &voterService{log: log}
	if err := s.make(ctx, cfg); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// make says all that is wrong at once.
func (s *voterService) make(ctx context.Context, cfg *config) (err error) {
	s.offices = cfg.Answer.Offices
	if s.db, err = database.Open(ctx, statePath(cfg.State.Dir, "voterinfo.sqlite")); err != nil {
		return fmt.Errorf("state.dir: %w", err)
	}
	final, err := cfg.Answer.schemeFinal()
	if err != nil {
		return err
	}
	var errs []error
	wrong := func(err error) { errs = append(errs, parts(err)...) }
	s.service, err = voterinfo.New(voterinfo.Config{
		Language: cfg.Answer.Language, StationsFrom: final, Helpline: cfg.Answer.Helpline, Offices: cfg.Answer.Offices,
		Wording: cfg.Answer.Wording, Limits: cfg.Limits.settings(), Database: s.db, Log: s.log,
	})
	wrong(err)
	tokens, err := lines(cfg.Webhook.TokenFile)
	if err != nil {
		wrong(fmt.Errorf("webhook.token_file: %w", err))
	}
	peers, err := networks(cfg.Webhook.Peers)
	wrong(err)
	s.secure, err = cfg.HTTP.tls(cfg.ACME)
	wrong(err)
	s.gateway, err = sms.NewGateway(cfg.SMS, s.routes(), s.log)
	wrong(err)
	if s.service == nil {
		return errors.Join(errs...)
	}
	if s.door, err = door.New(door.Config{Service: s.service, Tokens: tokens, Peers: peers, Measure: measure}); err != nil {
		wrong(fmt.Errorf("webhook.token_file: %w", err))
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	s.console, err = console.New(console.Config{Answers: s.answers, Gateway: s.gateway.Snapshot, Statistics: s.service.Statistics(), Log: s.log})
	return err
}

// routes is the table of the short code: which system answers which message.
func (s *voterService) routes() sms.Routes {
	return sms.Routes{
		{System: "notice", Shape: s.isWish, Handler: sms.HandlerFunc(s.heedWish)},
		{System: "voterinfo", Handler: s.service}, // every other message, until another system comes
	}
}

// isWish tells whether a message asks for no more notices, or for them again, where
// this node sends any.
func (s *voterService) isWish(in *sms.Message) bool {
	if s.told.Load() == nil {
		return false
	}
	stop, start := notice.Word(in.Text)
	return stop || start
}

func (s *voterService) heedWish(in *sms.Message, reply []byte) []byte {
	return s.told.Load().HandleSMS(in, reply)
}

// tellsOf has the notices' wishes and receipts go to the service that sends them. It
// is called before the gateway starts.
func (s *voterService) tellsOf(told *notice.Service) {
	s.told.Store(told)
	s.gateway.Receipts(told.Receipts)
}

func measure(text string) (encoding string, characters, segments int) {
	e, characters, segments := gsm.Count(text, gsm.Allowed{})
	return e.String(), characters, segments
}

// publish gives the service a roll, and says which of the districts in the settings
// it does not know: their telephones would never be told.
func (s *voterService) publish(roll *rollindex.Roll) {
	s.service.Publish(roll)
	if len(s.offices) == 0 {
		return
	}
	unknown := maps.Clone(s.offices)
	for _, a := range roll.Areas() {
		delete(unknown, a.DistrictEn)
	}
	for district := range unknown {
		s.log.Warn("answer.offices names a district that is not on the roll; its English name there counts", "district", district)
	}
}

// reload opens the roll that now has the file's name and publishes it; while it
// does, and if it fails, questions are answered from the one before.
func (s *voterService) reload(r rollConfig, state *stateLock) {
	roll, err := r.open()
	if err != nil {
		s.log.Error("the new roll is not taken; answers go on from the one before", "error", err)
		state.tell(published{Error: err.Error()})
		return
	}
	s.take(roll, state)
}

// take publishes a roll, and says so to the log and to whoever waits for it.
func (s *voterService) take(roll *rollindex.Roll, state *stateLock) {
	s.publish(roll)
	info := roll.Info()
	s.log.Info("roll published", "roll", info.Name, "voters", info.Voters, "root", info.Root)
	state.tell(published{Root: info.Root})
}

// startGateway binds to the operators. The gateway's end is shutdown's, not the
// context's: it drains.
func (s *voterService) startGateway(ctx context.Context) {
	s.gateway.Start(context.WithoutCancel(ctx))
}

// drain takes no new question and answers those under way.
func (s *voterService) drain(ctx context.Context) error { return s.gateway.Shutdown(ctx) }

// close lets go of what shutdown does not.
func (s *voterService) close() {
	if s.db != nil {
		s.db.Close()
	}
}
