using Vigil.Files;

namespace Vigil.Matching.Search;

/// <summary>How a <see cref="PdqStore"/> keeps its files.</summary>
public sealed record PdqStoreOptions
{
    /// <summary>Whose keys seal it. Default: the installation's own.</summary>
    public string Tenant { get; init; } = KeyRing.DefaultTenant;

    /// <summary>
    /// Segments lie in the clear and are mapped: open at once, and memory is the page cache's. Hash values are secrets,
    /// so only for a disk that is itself encrypted. Default: false.
    /// </summary>
    /// <remarks>A mapped file that is cut while it is in use ends the process.</remarks>
    public bool IsPlain { get; init; }

    /// <summary>
    /// Plain segments are read and verified before the first search. Without it an open takes milliseconds, and
    /// <see cref="PdqStore.Scrub"/> has to find what is damaged; once it did, opens verify. Default: true.
    /// </summary>
    public bool VerifiesAtOpen { get; init; } = true;

    /// <summary>
    /// Oldest generation that is taken: what a caller remembers elsewhere of <see cref="PdqStore.Generation"/>, so
    /// that a folder put back to an older state is noticed. Default: 0, any.
    /// </summary>
    public long MinGeneration { get; init; }
}
