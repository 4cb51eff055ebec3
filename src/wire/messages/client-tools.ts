import type { JsonObject } from '../../util/json-object.ts'
import { choice, inputSchema, integer, integers, string } from './tool-schema.ts'

/** A tool that the API defines and its caller runs. */
export interface ClientTool {
  /** The one name that it may have. */
  readonly name: string
  readonly description: string
  readonly inputSchema: JsonObject
}

const lines = (description: string) => integers(2, description)

const BASH: ClientTool = {
  name: 'bash',
  description: 'Runs commands in a bash session that keeps its state from one call to the next.',
  inputSchema: inputSchema(
    {
      command: string('The command to run. Needed unless `restart` is true.'),
      restart: { type: 'boolean', description: 'True restarts the session.' },
    },
    [],
  ),
}

function textEditor(
  name: string,
  commands: readonly string[],
  insertedText: 'new_str' | 'insert_text',
): ClientTool {
  const newText = insertedText === 'new_str' ? 'the text to insert, or ' : ''
  return {
    name,
    description: 'Views, creates and edits text files.',
    inputSchema: inputSchema(
      {
        command: choice(commands, 'What to do.'),
        path: string('The absolute path of the file or folder.'),
        view_range: lines(
          'Of `view`: the first and the last line to show, counted from 1; -1 is the last one.',
        ),
        file_text: string('Of `create`: what the file is to hold.'),
        old_str: string('Of `str_replace`: the text to replace, which must occur exactly once.'),
        new_str: string(`Of \`str_replace\`: ${newText}the text to put in its place.`),
        insert_line: integer('Of `insert`: the line after which to insert; 0 is the beginning.'),
        ...(insertedText === 'insert_text'
          ? { insert_text: string('Of `insert`: the text to insert.') }
          : {}),
      },
      ['command', 'path'],
    ),
  }
}

const MEMORY: ClientTool = {
  name: 'memory',
  description:
    'Keeps notes between conversations in files under /memories. Look there before beginning a task.',
  inputSchema: inputSchema(
    {
      command: choice(['view', 'create', 'str_replace', 'insert', 'delete', 'rename'], 'What to do.'),
      path: string('The path of the file or folder, under /memories. Of `rename` there are two others.'),
      view_range: lines('Of `view`: the first and the last line to show, counted from 1.'),
      file_text: string('Of `create`: what the file is to hold.'),
      old_str: string('Of `str_replace`: the text to replace, which must occur exactly once.'),
      new_str: string('Of `str_replace`: the text to put in its place.'),
      insert_line: integer('Of `insert`: the line after which to insert; 0 is the beginning.'),
      insert_text: string('Of `insert`: the text to insert.'),
      old_path: string('Of `rename`: the path that it has.'),
      new_path: string('Of `rename`: the path that it is to have.'),
    },
    ['command'],
  ),
}

const EDITS = ['view', 'create', 'str_replace', 'insert'] as const

/**
 * Tools that a caller names by their type alone, with the arguments that the API publishes for them.
 *
 * @see the API's pages on the bash tool, the text editor tool and the memory tool
 */
export const CLIENT_TOOLS: ReadonlyMap<string, ClientTool> = new Map([
  ['bash_20241022', BASH],
  ['bash_20250124', BASH],
  ['text_editor_20241022', textEditor('str_replace_editor', [...EDITS, 'undo_edit'], 'new_str')],
  ['text_editor_20250124', textEditor('str_replace_editor', [...EDITS, 'undo_edit'], 'new_str')],
  ['text_editor_20250429', textEditor('str_replace_based_edit_tool', EDITS, 'new_str')],
  ['text_editor_20250728', textEditor('str_replace_based_edit_tool', EDITS, 'insert_text')],
  ['memory_20250818', MEMORY],
])
