import { useMutation } from "convex/react";
import { useCallback, useRef, useState } from "react";
import { type ServerError, toServerError } from "@/engine-client/errors";
import { api } from "@/engine-client/functions";
import { type Upload, uploadFile } from "./upload";

/** A file on its way to the server. One that arrived is a document row and leaves this list. */
export type Uploading = Readonly<{
  key: number;
  name: string;
  bytes: number;
  part: number;
  error: ServerError | null;
}>;

/** Files at once: more would only make each slower. */
const AT_ONCE = 3;

/** Uploads files into a folder, a few at a time, each with its progress and a way to cancel. */
export function useUploads(folder: string) {
  const generateUploadUrl = useMutation(api.documents.generateUploadUrl);
  const add = useMutation(api.documents.add);
  const [uploads, setUploads] = useState<readonly Uploading[]>([]);
  const running = useRef(new Map<number, Upload>());
  const queue = useRef<{ key: number; file: File }[]>([]);
  const active = useRef(0);
  const count = useRef(0);
  const cancelled = useRef(new Set<number>());

  const change = useCallback((key: number, update: Partial<Uploading>) => {
    setUploads((now) => now.map((one) => (one.key === key ? { ...one, ...update } : one)));
  }, []);
  const drop = useCallback((key: number) => setUploads((now) => now.filter((one) => one.key !== key)), []);

  const send = useCallback(
    async (key: number, file: File) => {
      try {
        const url = await generateUploadUrl({});
        if (cancelled.current.has(key)) return;
        const upload = uploadFile(url, file, (part) => change(key, { part }));
        running.current.set(key, upload);
        const storageId = await upload.done;
        await add({ folder, storageId, name: file.name });
        drop(key);
      } catch (error) {
        const failure = toServerError(error);
        if (failure.code === "cancelled") drop(key);
        else change(key, { error: failure });
      } finally {
        running.current.delete(key);
      }
    },
    [add, change, drop, folder, generateUploadUrl],
  );

  const pump = useCallback(() => {
    while (active.current < AT_ONCE) {
      const next = queue.current.shift();
      if (next === undefined) return;
      if (cancelled.current.has(next.key)) continue;
      active.current += 1;
      void send(next.key, next.file).finally(() => {
        active.current -= 1;
        pump();
      });
    }
  }, [send]);

  const upload = useCallback(
    (files: readonly File[]) => {
      const fresh = files.map((file) => {
        count.current += 1;
        return { key: count.current, file };
      });
      queue.current.push(...fresh);
      setUploads((now) => [
        ...now,
        ...fresh.map(({ key, file }) => ({ key, name: file.name, bytes: file.size, part: 0, error: null })),
      ]);
      pump();
    },
    [pump],
  );

  const cancel = useCallback(
    (key: number) => {
      cancelled.current.add(key);
      running.current.get(key)?.cancel();
      drop(key);
    },
    [drop],
  );

  return { uploads, upload, cancel };
}
