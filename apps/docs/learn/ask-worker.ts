import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref } from "vue";

/** What a page asks its worker, and what it knows without one. */
export interface Asking<Question, Answer> {
  /** A worker that sends an `AnswerTo` for every `Asked`. */
  readonly hire: () => Worker;
  readonly question: () => Question;
  /** The answer that came with the page, and the question that it answers. */
  readonly first: Answer;
  readonly firstQuestion: Question;
  /** Whether no better answer is under way; every answer is the last if omitted. */
  readonly isLast?: (answer: Answer) => boolean;
}

/** To the worker: this question, and no other any more. */
export interface Asked<Question> {
  readonly id: number;
  readonly question: Question;
}

/** From the worker. */
export interface AnswerTo<Answer> {
  readonly id: number;
  readonly answer: Answer;
}

/**
 * Asks a worker whenever the question changes, and shows the last answer until the next one comes. A page that is only
 * read starts no worker.
 */
export function askWorker<Question, Answer>({
  hire,
  question,
  first,
  firstQuestion,
  isLast = () => true,
}: Asking<Question, Answer>): { readonly answer: Readonly<Ref<Answer>>; readonly isComputing: Readonly<Ref<boolean>> } {
  const answer = shallowRef(first);
  const isComputing = ref(false);
  let worker: Worker | undefined;
  let asked = JSON.stringify(firstQuestion);
  let id = 0;

  function hired(): Worker {
    const one = hire();
    one.addEventListener("message", ({ data }: MessageEvent<AnswerTo<Answer>>) => {
      if (data.id !== id) return;
      answer.value = data.answer;
      isComputing.value = !isLast(data.answer);
    });
    return one;
  }

  function ask(next: Question): void {
    // Most changes are of what the question does not speak of.
    if (JSON.stringify(next) === asked) return;
    asked = JSON.stringify(next);
    isComputing.value = true;
    id += 1;
    worker ??= hired();
    worker.postMessage({ id, question: next } satisfies Asked<Question>);
  }

  // The address may have been read already.
  onMounted(() => watch(question, ask, { immediate: true }));
  onBeforeUnmount(() => worker?.terminate());
  return { answer, isComputing };
}
