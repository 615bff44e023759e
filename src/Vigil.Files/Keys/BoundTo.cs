namespace Vigil.Files.Keys;

/// <summary>
/// What a sealed key or chunk belongs to, as the additional authenticated data of AES-GCM. Each text carries
/// its length in front, so that no two different contexts give the same bytes.
/// </summary>
internal static class BoundTo
{
    /// <summary>
    /// Number of AES-256-GCM in every envelope, so that another algorithm can stand beside it one day.
    /// </summary>
    public const ushort Aes256Gcm = 1;

    public static byte[] TenantKey(string tenant) => Join(w => Text(w, "tenant key", tenant));

    public static byte[] EpochKey(string tenant, int epoch) =>
        Join(w =>
        {
            Text(w, "epoch key", tenant);
            w.Write(epoch);
        });

    public static byte[] ObjectKey(string kind, SealContext context, int epoch) =>
        Join(w =>
        {
            Text(w, "object key", kind);
            Context(w, context);
            w.Write(epoch);
        });

    /// <summary>The sealed bytes of an object: its whole header and what its caller knows it as.</summary>
    public static byte[] Content(ReadOnlyMemory<byte> header, SealContext context) =>
        Join(w =>
        {
            w.Write("content");
            w.Write(header.Length);
            w.Write(header.Span);
            Context(w, context);
        });

    private static void Context(BinaryWriter writer, SealContext context)
    {
        Text(writer, context.Tenant, context.ObjectId);
        writer.Write(context.Version);
    }

    private static void Text(BinaryWriter writer, string first, string second)
    {
        writer.Write(first);
        writer.Write(second);
    }

    private static byte[] Join(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Aes256Gcm);
        write(writer);
        writer.Flush();
        return bytes.ToArray();
    }
}
