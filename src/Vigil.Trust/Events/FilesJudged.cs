namespace Vigil.Trust;

/// <summary>
/// Question, asked by scanning and by the cases and answered by viewing: which files equal to these did a person here
/// see whole, and what was then decided of them? Answer: <see cref="FilesJudged"/>. Nobody answers it: none.
/// </summary>
/// <param name="Digests">Keyed digests of SHA-256 (<see cref="ListSecrets.FileBlind"/>).</param>
public sealed record FilesJudgedWanted(IReadOnlyCollection<byte[]> Digests);

/// <param name="Files">Of decisions that stand: none that can still be undone, none that was taken back.</param>
public sealed record FilesJudged(IReadOnlyList<JudgedFile> Files)
{
    public static readonly FilesJudged None = new([]);

    /// <summary>
    /// What persons here said of a file. One who said that it is not CSAM is heard before those who confirmed it.
    /// </summary>
    /// <param name="digest">Of the file.</param>
    /// <param name="besides">A content whose own decision does not count; null: all do.</param>
    /// <returns>The newest of its kind; null: nobody saw an equal file whole and decided.</returns>
    public JudgedFile? Of(byte[]? digest, Guid? besides = null)
    {
        if (digest is not { Length: > 0 })
        {
            return null;
        }
        JudgedFile? found = null;
        foreach (var file in Files)
        {
            var counts = file.ContentId != besides && digest.AsSpan().SequenceEqual(file.Digest);
            if (counts && (found is null || IsBefore(file, found)))
            {
                found = file;
            }
        }
        return found;
    }

    private static bool IsBefore(JudgedFile one, JudgedFile other) =>
        one.IsConfirmed == other.IsConfirmed ? one.At > other.At : !one.IsConfirmed;
}

/// <summary>A content that was seen whole here, and what was decided of its item.</summary>
/// <param name="Digest">As it was asked for.</param>
/// <param name="ContentId">Its bytes may be destroyed by now.</param>
/// <param name="Case">Whose it is.</param>
/// <param name="IsConfirmed">Otherwise: not CSAM.</param>
/// <param name="At">When it was decided.</param>
public sealed record JudgedFile(
    byte[] Digest,
    Guid ContentId,
    CaseRef Case,
    bool IsConfirmed,
    DateTimeOffset At
);
