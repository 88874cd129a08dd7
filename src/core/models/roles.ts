/** What a model is used for. */
export const modelRoles = ['completion', 'chat'] as const;
export type ModelRole = (typeof modelRoles)[number];
