import { z } from 'zod'

/**
 * The parts of the Kubernetes API (core/v1, apps/v1, batch/v1) that pods on podman can serve. Fields not named here
 * pass through unread (docs/podman.md lists them); those without which a pod cannot do its work are refused.
 */
const port = z.union([z.number().int().min(1).max(65_535), z.string()])

const probe = z.looseObject({
  httpGet: z
    .looseObject({ path: z.string().optional(), port, scheme: z.enum(['HTTP', 'HTTPS']).optional() })
    .optional(),
  tcpSocket: z.looseObject({ port }).optional(),
  exec: z.looseObject({ command: z.array(z.string()) }).optional(),
  grpc: z.unknown().optional(),
  initialDelaySeconds: z.number().optional(),
  timeoutSeconds: z.number().optional(),
})

const keyRef = z.looseObject({ name: z.string(), key: z.string(), optional: z.boolean().optional() })

const variable = z.looseObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .looseObject({
      configMapKeyRef: keyRef.optional(),
      secretKeyRef: keyRef.optional(),
      fieldRef: z.looseObject({ fieldPath: z.string() }).optional(),
      resourceFieldRef: z.unknown().optional(),
    })
    .optional(),
})

const sourceRef = z.looseObject({ name: z.string(), optional: z.boolean().optional() })

const securityContext = z.looseObject({
  runAsUser: z.number().int().optional(),
  runAsGroup: z.number().int().optional(),
  runAsNonRoot: z.boolean().optional(),
  fsGroup: z.number().int().optional(),
  supplementalGroups: z.array(z.number().int()).optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  privileged: z.boolean().optional(),
  capabilities: z
    .looseObject({ add: z.array(z.string()).optional(), drop: z.array(z.string()).optional() })
    .optional(),
})

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  workingDir: z.string().optional(),
  env: z.array(variable).optional(),
  envFrom: z
    .array(
      z.looseObject({
        prefix: z.string().optional(),
        configMapRef: sourceRef.optional(),
        secretRef: sourceRef.optional(),
      }),
    )
    .optional(),
  ports: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        containerPort: z.number().int(),
        protocol: z.string().optional(),
      }),
    )
    .optional(),
  volumeMounts: z
    .array(
      z.looseObject({
        name: z.string(),
        mountPath: z.string(),
        subPath: z.string().optional(),
        readOnly: z.boolean().optional(),
      }),
    )
    .optional(),
  resources: z
    .looseObject({ limits: z.record(z.string(), z.union([z.string(), z.number()])).optional() })
    .optional(),
  readinessProbe: probe.optional(),
  startupProbe: probe.optional(),
  restartPolicy: z.string().optional(),
  securityContext: securityContext.optional(),
})

const item = z.looseObject({ key: z.string(), path: z.string(), mode: z.number().optional() })

const volume = z.looseObject({
  name: z.string(),
  emptyDir: z.looseObject({}).nullable().optional(),
  configMap: z
    .looseObject({
      name: z.string(),
      items: z.array(item).optional(),
      defaultMode: z.number().optional(),
      optional: z.boolean().optional(),
    })
    .optional(),
  secret: z
    .looseObject({
      secretName: z.string(),
      items: z.array(item).optional(),
      defaultMode: z.number().optional(),
      optional: z.boolean().optional(),
    })
    .optional(),
  persistentVolumeClaim: z.looseObject({ claimName: z.string() }).optional(),
  hostPath: z.looseObject({ path: z.string() }).optional(),
})

export const podSpecSchema = z.looseObject({
  containers: z.array(container).min(1),
  initContainers: z.array(container).optional(),
  volumes: z.array(volume).optional(),
  restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).optional(),
  hostname: z.string().optional(),
  subdomain: z.string().optional(),
  hostNetwork: z.boolean().optional(),
  terminationGracePeriodSeconds: z.number().optional(),
  securityContext: securityContext.optional(),
  hostAliases: z.array(z.looseObject({ ip: z.string(), hostnames: z.array(z.string()) })).optional(),
})

const labelMap = z.record(z.string(), z.string())

export const podTemplateSchema = z.looseObject({
  metadata: z.looseObject({ labels: labelMap.optional() }).optional(),
  spec: podSpecSchema,
})

export const workloadSchema = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().int().min(0).optional(),
    template: podTemplateSchema,
    serviceName: z.string().optional(),
    backoffLimit: z.number().int().min(0).optional(),
    completions: z.number().int().optional(),
    parallelism: z.number().int().optional(),
    volumeClaimTemplates: z
      .array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) }))
      .optional(),
  }),
})

export const podSchema = z.looseObject({ spec: podSpecSchema })

export const serviceSchema = z.looseObject({
  spec: z.looseObject({
    type: z.string().optional(),
    selector: labelMap.optional(),
    externalName: z.string().optional(),
    ports: z
      .array(
        z.looseObject({
          name: z.string().optional(),
          port: z.number().int(),
          targetPort: port.optional(),
          protocol: z.string().optional(),
        }),
      )
      .optional(),
  }),
})

export const configMapSchema = z.looseObject({
  data: z.record(z.string(), z.string()).optional(),
  binaryData: z.record(z.string(), z.string()).optional(),
})

export const secretSchema = z.looseObject({
  data: z.record(z.string(), z.string()).optional(),
  stringData: z.record(z.string(), z.string()).optional(),
})

export type PodSpec = z.infer<typeof podSpecSchema>
export type Container = z.infer<typeof container>
export type Probe = z.infer<typeof probe>
export type Volume = z.infer<typeof volume>
export type ServiceSpec = z.infer<typeof serviceSchema>['spec']
