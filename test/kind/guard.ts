import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The manifests that the webhook `guard` of the fixtures serves with: a certificate of its own, and who is to trust it. */
export function guardTls(): string {
  const { key, certificate } = newCertificate('guard.default.svc')
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return `apiVersion: v1
kind: Secret
metadata: { name: guard-tls }
type: kubernetes.io/tls
data: { tls.crt: ${base64(certificate)}, tls.key: ${base64(key)} }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: guard.mixed.example.com }
webhooks:
  - name: guard.mixed.example.com
    clientConfig:
      service: { name: guard, namespace: default, path: / }
      caBundle: ${base64(certificate)}
    rules:
      - { apiGroups: [mixed.example.com], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [shops] }
    failurePolicy: Fail
    sideEffects: None
    admissionReviewVersions: [v1]
    timeoutSeconds: 5
`
}

function newCertificate(host: string): { readonly key: string; readonly certificate: string } {
  const directory = mkdtempSync(join(tmpdir(), 'kindling-test-'))
  try {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key']
    const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
    const args = ['req', '-x509', ...key, ...name, '-days', '1', '-out', 'certificate']
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
    const read = (file: string) => readFileSync(join(directory, file), 'utf8')
    return { key: read('key'), certificate: read('certificate') }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
