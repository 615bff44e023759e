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
    public int Missing => Contents.Count(content => content.MustBeSeen);

    /// <summary>Similar matches of which nothing is kept here, and nothing alike was seen here.</summary>
    public IReadOnlyList<UnkeptItem> Unkept { get; init; } = [];
}

/// <summary>One content of a case, as far as it was seen.</summary>
/// <param name="ContentId">Of the content.</param>
/// <param name="ItemId">Of the case's item; null: of the case as a whole.</param>
/// <param name="IsExact">It matched an entry exactly.</param>
/// <param name="Stack">Alike ones are of one stack; the first stands for all, and any that was seen.</param>
/// <param name="NeedsView">
/// By the policy for exact matches, or as the one that stands for a stack of which no other was seen whole; always
/// where an equal file was seen and is not CSAM.
/// </param>
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
)
{
    /// <summary>Why nobody can be shown it whole; null: nothing is known that stands against it.</summary>
    public ShowObstacle? Obstacle { get; init; }

    /// <summary>A person looked at what can be shown of it, or nothing can. It does not count as viewed.</summary>
    public bool IsLookedAt { get; init; }

    /// <summary>What a person here said of an equal file, another content; null: nobody saw one whole.</summary>
    public JudgedFile? Judged { get; init; }

    /// <summary>A person must look before a report: at the whole, or at as much as can be shown.</summary>
    public bool MustBeSeen => NeedsView && !FileViewed && !(Obstacle is not null && IsLookedAt);

    /// <summary>Nobody can see it whole: a named person says why it is reported all the same.</summary>
    public bool NeedsReason => NeedsView && !FileViewed && Obstacle is not null && IsLookedAt;
}

/// <summary>Why a file can never be shown whole and readable here.</summary>
public enum ShowObstacle
{
    /// <summary>Shown as small grey frames only.</summary>
    Video,

    /// <summary>More than one picture: one of them is shown.</summary>
    Animation,

    /// <summary>It ends early: what there is of it is shown.</summary>
    Truncated,

    /// <summary>Nothing of it can be shown.</summary>
    Undecodable,

    /// <summary>Whole in a window it is too small to be readable; somebody tried.</summary>
    TooLong,
}

/// <summary>A similar match of which no file is kept: nobody here can look at it.</summary>
/// <param name="WasKept">It was brought, and destroyed before anybody saw it.</param>
public sealed record UnkeptItem(Guid ItemId, bool WasKept);
