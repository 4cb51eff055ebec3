import { COMPLETE_SCHEMA } from '../../wire/complete/complete-params.ts'
import { COUNT_TOKENS_SCHEMA, MESSAGES_SCHEMA } from '../../wire/messages/messages-schema.ts'
import { CHAT_COMPLETION_SCHEMA } from '../../wire/openai/chat-completion-params.ts'
import { RESPONSES_SCHEMA } from '../../wire/openai/responses/responses-params.ts'
import { TEXT_COMPLETION_SCHEMA } from '../../wire/openai/text-completion-params.ts'
import type { DescribedRoute } from './described-route.ts'

/** Routes by method and pattern, but those that `describeByPath` knows. */
export const DESCRIBED_ROUTES: Readonly<Record<string, DescribedRoute>> = {
  'POST /v1/messages': {
    tag: 'Messages',
    summary: 'Generate the next turn of a conversation',
    body: MESSAGES_SCHEMA,
    responds: 'events',
  },
  'POST /v1/messages/count_tokens': {
    tag: 'Messages',
    summary: 'Count the tokens of a conversation',
    body: COUNT_TOKENS_SCHEMA,
  },
  'POST /v1/complete': {
    tag: 'Text Completions',
    summary: 'Complete a prompt',
    body: COMPLETE_SCHEMA,
    responds: 'events',
  },
  'POST /v1/chat/completions': {
    tag: 'OpenAI',
    summary: 'Generate the next message of a chat',
    body: CHAT_COMPLETION_SCHEMA,
    responds: 'events',
  },
  'POST /v1/responses': {
    tag: 'OpenAI',
    summary: 'Generate a response',
    body: RESPONSES_SCHEMA,
    responds: 'events',
  },
  'POST /v1/completions': {
    tag: 'OpenAI',
    summary: 'Complete prompts',
    body: TEXT_COMPLETION_SCHEMA,
    responds: 'events',
  },
  'GET /v1/models': { tag: 'Models', summary: 'List the models' },
  'GET /v1/models/:id{.+}': { tag: 'Models', summary: 'Retrieve a model' },
  'POST /v1/messages/batches': { tag: 'Message batches', summary: 'Create a batch', body: 'object' },
  'GET /v1/messages/batches': { tag: 'Message batches', summary: 'List batches' },
  'GET /v1/messages/batches/:batchId': { tag: 'Message batches', summary: 'Retrieve a batch' },
  'POST /v1/messages/batches/:batchId/cancel': { tag: 'Message batches', summary: 'Cancel a batch' },
  'DELETE /v1/messages/batches/:batchId': {
    tag: 'Message batches',
    summary: 'Delete a batch that has ended',
  },
  'GET /v1/messages/batches/:batchId/results': {
    tag: 'Message batches',
    summary: 'Download the results of a batch',
    responds: 'lines',
  },
  'POST /v1/files': { tag: 'Files', summary: 'Upload a file', body: 'multipart' },
  'GET /v1/files': { tag: 'Files', summary: 'List files' },
  'GET /v1/files/:fileId': { tag: 'Files', summary: 'Retrieve the metadata of a file' },
  'GET /v1/files/:fileId/content': { tag: 'Files', summary: 'Download a file', responds: 'binary' },
  'DELETE /v1/files/:fileId': { tag: 'Files', summary: 'Delete a file' },
  'GET /health': { tag: 'Server', summary: 'Whether completions are served', isOpen: true },
  'GET /metrics': { tag: 'Server', summary: 'Metrics for Prometheus', responds: 'text' },
  'GET /': { tag: 'Server', summary: 'A page about this server', responds: 'html', isOpen: true },
  'GET /docs': { tag: 'Server', summary: 'A page about this API', responds: 'html', isOpen: true },
  'GET /openapi.json': { tag: 'Server', summary: 'This description', isOpen: true },
  'GET /console': { tag: 'Server', summary: 'The console', responds: 'html', isOpen: true },
  'GET /console/': { tag: 'Server', summary: 'The console', responds: 'html', isOpen: true },
  'GET /console/:path{.+}': {
    tag: 'Server',
    summary: 'A page or a file of the console',
    responds: 'html',
    isOpen: true,
  },
  'GET /set-up': {
    tag: 'Server',
    summary: 'The page on which the first admin key is created',
    responds: 'html',
    isOpen: true,
  },
  'GET /set-up/script.js': {
    tag: 'Server',
    summary: 'The script of that page',
    responds: 'text',
    isOpen: true,
  },
  'POST /set-up': {
    tag: 'Server',
    summary: 'Create the first admin key',
    body: 'form',
    responds: 'html',
    isOpen: true,
  },
}
