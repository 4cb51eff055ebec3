import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { Field } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'

export const SKILLS = '/v1/skills'

export interface Skill {
  readonly id: string
  readonly displayName: string
  readonly latestVersionId: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

interface SkillDialogProps {
  /** Where it is sent: a new skill, or a version of one. */
  readonly path: string
  readonly title: string
  readonly onClose: () => void
}

/** Uploads a skill, or a version of one. */
export function SkillDialog({ path, title, onClose }: SkillDialogProps) {
  const files = useSignal<readonly File[]>([])
  const upload = async () => {
    await callApi(path, { body: formOf(files.value) })
    onClose()
  }
  const choose = (event: { currentTarget: HTMLInputElement }) => {
    files.value = [...(event.currentTarget.files ?? [])]
  }
  return (
    <FormDialog
      title={title}
      action="Upload"
      onClose={onClose}
      onSubmit={upload}
      isIncomplete={files.value.length === 0}
    >
      <Field label="A folder" hint="With a SKILL.md whose head has name and description.">
        {(described) => <input {...described} ref={chooseFolder} type="file" onChange={choose} />}
      </Field>
      <Field label="Or a zip archive, or a SKILL.md">
        {(described) => <input {...described} type="file" accept=".zip,.md" onChange={choose} />}
      </Field>
      {files.value.length > 0 && (
        <p class="small muted">
          {files.value.length === 1 ? files.value[0]?.name : `${files.value.length} files`}
        </p>
      )}
    </FormDialog>
  )
}

/** The files with their paths below the chosen folder. */
function formOf(files: readonly File[]): FormData {
  const form = new FormData()
  for (const file of files) form.append('files[]', file, file.webkitRelativePath || file.name)
  return form
}

/** Makes the browser ask for a folder. */
function chooseFolder(input: HTMLInputElement | null): void {
  if (input !== null) input.webkitdirectory = true
}
