import type { EndpointClient } from '../../core/endpoints/ports.ts';

/**
 * Speaks one interface with one endpoint: what a client has for each of them. What it found out about the server
 * (fields that are refused, the model's name) it keeps for its lifetime, so a new one knows nothing.
 */
export type EndpointApiClient = Omit<EndpointClient, 'endpoint' | 'forget'>;
