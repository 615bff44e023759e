namespace Vigil.Files;

/// <summary>
/// Seals files of one tenant for one purpose, each under its name: a file does not open under another name, for another
/// purpose or tenant, or after its epoch was destroyed. For copies of what stands elsewhere: they wait for no drill.
/// </summary>
/// <param name="keys">Stays open as long as this is used.</param>
/// <param name="tenant">A tenant of the ring with a live epoch.</param>
/// <param name="purpose">What the files are, as "scan index".</param>
/// <param name="version">Of their format.</param>
public sealed class FileSealer(KeyRing keys, string tenant, string purpose, int version = 1)
{
    /// <inheritdoc cref="SealedFile.CreateWriter(Stream, KeyRing, SealContext, int?)"/>
    public SealedWriter CreateWriter(Stream destination, string name) =>
        SealedFile.CreateWriter(destination, keys, ContextOf(name));

    /// <inheritdoc cref="SealedFile.OpenReader(Stream, KeyRing, SealContext)"/>
    public Stream OpenReader(Stream source, string name) =>
        SealedFile.OpenReader(source, keys, ContextOf(name));

    private SealContext ContextOf(string name) =>
        new(tenant, $"{purpose}/{name}", version) { BeforeDrill = true };
}
