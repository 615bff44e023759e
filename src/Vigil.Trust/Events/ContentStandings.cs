namespace Vigil.Trust;

/// <summary>
/// Question, asked before a case is decided or reported and answered by viewing: what must still be seen. Answer:
/// <see cref="ContentStandings"/>.
/// </summary>
public sealed record ContentStandingsWanted(CaseRef Case);

/// <param name="Contents">Of the case, oldest first.</param>
public sealed record ContentStandings(IReadOnlyList<ContentStanding> Contents)
{
    /// <summary>Somebody must look at so many more before a report.</summary>
    public int Missing => Contents.Count(content => content is { NeedsView: true, FileViewed: false });
}

/// <summary>One content of a case, as far as it was seen.</summary>
/// <param name="ContentId">Of the content.</param>
/// <param name="ItemId">Of the case's item; null: of the case as a whole.</param>
/// <param name="IsExact">It matched an entry exactly.</param>
/// <param name="Stack">Contents of one stack are alike; the first of them stands for all.</param>
/// <param name="NeedsView">By the policy for exact matches, or as the one that stands for a stack.</param>
/// <param name="FileViewed">This very file was shown whole, unblurred and readable to a person.</param>
/// <param name="ExifViewed">A person was shown all of its metadata, places among them, and it has some.</param>
public sealed record ContentStanding(
    Guid ContentId,
    Guid? ItemId,
    bool IsExact,
    int Stack,
    bool NeedsView,
    bool FileViewed,
    bool ExifViewed
);
