/** Below the root of a repository: a chart with hooks of all sorts, which renders what it is told. */
export const sampleChart: Readonly<Record<string, string>> = {
  'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.2.3\n',
  'charts/shop/values.yaml': 'image: shop/gateway:dev\nreplicas: 1\ngreeting: hello\ntitle: ""\ntext: ""\n',
  'charts/shop/crds/widget.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.shop.example.com }
spec:
  group: shop.example.com
  scope: Cluster
  names: { kind: Widget, plural: widgets }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`,
  'charts/shop/templates/gateway.yaml': `{{- if not .Values.image }}{{ fail "image must not be empty" }}{{ end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-gateway
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: gateway } }
  template:
    metadata: { labels: { app: gateway } }
    spec:
      containers:
        - name: gateway
          image: {{ .Values.image }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-texts
  namespace: {{ .Release.Namespace }}
data:
  greeting: {{ .Values.greeting | quote }}
  title: {{ .Values.title | quote }}
  text: {{ .Values.text | quote }}
`,
  'charts/shop/templates/hooks.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: { helm.sh/hook: "post-install,post-upgrade", helm.sh/hook-weight: "5" }
spec:
  template: { spec: { restartPolicy: Never, containers: [{ name: migrate, image: shop/migrate:dev }] } }
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: migrate
  annotations: { helm.sh/hook: pre-install }
---
apiVersion: batch/v1
kind: Job
metadata:
  name: drain
  annotations: { helm.sh/hook: pre-upgrade }
spec:
  template: { spec: { restartPolicy: Never, containers: [{ name: drain, image: shop/drain:dev }] } }
`,
  'charts/shop/templates/tests/connection.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: connection
  annotations: { helm.sh/hook: test }
spec: { restartPolicy: Never, containers: [{ name: wget, image: busybox }] }
`,
}

/** Below the root of a repository: a base and an overlay over it. */
export const sampleKustomization: Readonly<Record<string, string>> = {
  'deploy/base/kustomization.yaml': 'resources: [gateway.yaml]\n',
  'deploy/base/gateway.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: gateway }
spec:
  replicas: 3
  selector: { matchLabels: { app: gateway } }
  template:
    metadata: { labels: { app: gateway } }
    spec: { containers: [{ name: gateway, image: shop/gateway:dev }] }
`,
  'deploy/overlays/e2e/kustomization.yaml': `resources: [../../base]
namespace: shop
replicas: [{ name: gateway, count: 1 }]
configMapGenerator: [{ name: settings, literals: [LEVEL=debug] }]
`,
}
