/**
 * What a lead form's response says, under the names of its questions.
 * @module
 */

import { z } from "zod";

const Localized = z.looseObject({ localized: z.record(z.string(), z.string()).optional() });

const Question = z.looseObject({
  questionId: z.union([z.number(), z.string()]),
  name: z.string().optional(),
  predefinedField: z.string().optional(),
  questionDetails: z.looseObject({
    multipleChoiceQuestionDetails: z.looseObject({
      options: z.array(z.looseObject({ id: z.number(), text: Localized.optional() })).optional(),
    }).optional(),
  }).optional(),
});
type Question = z.infer<typeof Question>;

const Details = z.looseObject({
  textQuestionAnswer: z.looseObject({ answer: z.string().optional() }).optional(),
  multipleChoiceAnswer: z.looseObject({ options: z.array(z.number()).optional() }).optional(),
});

/** A response to a lead form, as far as it is read. */
export const Response = z.looseObject({
  id: z.string(),
  submittedAt: z.number(),
  testLead: z.boolean().optional(),
  versionedLeadGenFormUrn: z.string().optional(),
  leadMetadata: z.looseObject({
    sponsoredLeadMetadata: z.looseObject({ campaign: z.string().optional() }).optional(),
  }).optional(),
  formResponse: z.looseObject({
    answers: z.array(z.looseObject({
      questionId: z.union([z.number(), z.string()]),
      name: z.string().optional(),
      answerDetails: Details,
    })).default([]),
    consentResponses: z.array(z.unknown()).default([]),
  }),
  form: z.looseObject({
    name: z.string().optional(),
    hiddenFields: z.array(z.looseObject({ name: z.string(), value: z.string() })).optional(),
    content: z.looseObject({ questions: z.array(Question).default([]) }).optional(),
  }).optional(),
});
/** A response to a lead form, as far as it is read. */
export type Response = z.infer<typeof Response>;

/**
 * The answers by LinkedIn's name of the question (`EMAIL`), else by the owner's name of it; with the
 * form's hidden fields, what was consented to, and where it all came from.
 */
export function answersOf(response: Response): Record<string, unknown> {
  const { form, formResponse, leadMetadata } = response;
  const questions = new Map(
    (form?.content?.questions ?? []).map((question) => [String(question.questionId), question]),
  );
  const values = new Map<string, unknown>();
  const put = (name: string, value: unknown) => {
    let own = name;
    for (let n = 2; values.has(own); n++) own = `${name} (${n})`;
    values.set(own, value);
  };
  // First, so that no question takes these names.
  put("id", response.id);
  put("submittedAt", new Date(response.submittedAt).toISOString());
  put("form", form?.name ?? response.versionedLeadGenFormUrn);
  put("campaign", leadMetadata?.sponsoredLeadMetadata?.campaign);
  put("consent", formResponse.consentResponses);
  for (const { questionId, name, answerDetails } of formResponse.answers) {
    const question = questions.get(String(questionId));
    const label = question?.predefinedField ?? question?.name ?? name ?? `question ${questionId}`;
    put(label, answerText(answerDetails, question));
  }
  for (const { name, value } of form?.hiddenFields ?? []) put(name, value);
  return Object.fromEntries(values);
}

function answerText(
  { textQuestionAnswer, multipleChoiceAnswer }: z.infer<typeof Details>,
  question: Question | undefined,
): string | string[] | undefined {
  if (textQuestionAnswer) return textQuestionAnswer.answer;
  const options = question?.questionDetails?.multipleChoiceQuestionDetails?.options ?? [];
  return multipleChoiceAnswer?.options?.map((chosen) => {
    const text = options.find(({ id }) => id === chosen)?.text?.localized ?? {};
    return Object.values(text)[0] ?? String(chosen);
  });
}
