import { useEffect, useState } from 'preact/hooks';
import { answerText } from '../../core/chat/answerText.ts';
import { Announcer, announcementPause } from './announcing.ts';
import { consentWords, noteOf } from './notes.ts';
import type { PageState } from './state.ts';

/** Says for screen readers what an answer says while it is written, and what became of it. */
export function LiveRegion({ state }: { readonly state: PageState }) {
  const [announcer] = useState(() => new Announcer());
  const [watched, setWatched] = useState<{ id: string; writing: boolean } | null>(null);
  const [words, setWords] = useState('');
  const last = state.messages.at(-1);
  const answer = last?.role === 'assistant' ? last : null;
  const writing = answer?.state === 'writing';
  const text = answer === null || watched?.id !== answer.id ? '' : answerText(answer.steps);

  useEffect(() => {
    if (answer === null || (answer.id === watched?.id && writing === watched.writing)) return;
    if (writing) {
      announcer.begin(answerText(answer.steps));
      setWords('Hearth is answering.');
    } else if (watched?.writing === true && watched.id === answer.id) {
      announcer.update(answerText(answer.steps));
      const note = noteOf(answer);
      const end = note === null ? 'Answer finished.' : `Answer ended. ${note.text}`;
      setWords(`${announcer.rest(Date.now())} ${end}`.trim());
    }
    setWatched({ id: answer.id, writing });
  }, [answer?.id, writing]);
  useEffect(() => {
    if (!writing || text === '') return;
    announcer.update(text);
    const said = announcer.take(Date.now());
    if (said !== null) return setWords(said);
    const timer = setTimeout(() => {
      const later = announcer.take(Date.now());
      if (later !== null) setWords(later);
    }, announcementPause);
    return () => clearTimeout(timer);
  }, [text, writing]);
  const { consent } = state;
  useEffect(() => {
    if (consent !== null) setWords(consentWords(consent.endpoint));
  }, [consent?.preview]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {words}
    </div>
  );
}
