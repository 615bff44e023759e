namespace Vigil.Server.Features.LegalProcess;

internal enum LegalKind
{
    /// <summary>Keep what is there until an order comes, as under 18 U.S.C. 2703(f).</summary>
    PreservationLetter,
    Warrant,
    CourtOrder,

    /// <summary>Somebody is in danger: disclosed voluntarily, as under 18 U.S.C. 2702(b)(8).</summary>
    Emergency,

    /// <summary>Destroy contents before their time, as under 18 U.S.C. 2258B(c).</summary>
    Destruction,
}

/// <summary>Where a request stands. What follows what: <see cref="LegalMoves"/>.</summary>
internal enum LegalState
{
    /// <summary>Recorded. Who sent it is not known to be who it says.</summary>
    Received,

    /// <summary>The authority, called under a number found elsewhere, says that it is theirs.</summary>
    Verified,

    /// <summary>Somebody decides what of it may be given, and to whom.</summary>
    ScopeReview,

    /// <summary>The authority was told to ask for less, and has not answered yet.</summary>
    Narrowed,

    /// <summary>Two persons released it; the package is being made.</summary>
    Releasing,

    /// <summary>Two persons had contents destroyed; they are being removed.</summary>
    Destroying,

    /// <summary>The package is there, sealed to the authority's key, and in the disclosure log.</summary>
    Released,
    Refused,
    Withdrawn,

    /// <summary>Over: its holds are lifted, or what was to be destroyed is destroyed.</summary>
    Done,
}

/// <summary>Which state may follow which, and who has to act in each.</summary>
internal static class LegalMoves
{
    /// <summary>Whoever has the permission for it.</summary>
    public const string Managers = "legal_managers";
    public const string Authority = "authority";
    public const string Machine = "machine";

    private static readonly Dictionary<LegalState, LegalState[]> Next = new()
    {
        [LegalState.Received] =
        [
            LegalState.Verified,
            LegalState.Refused,
            LegalState.Withdrawn,
            LegalState.Done,
        ],
        [LegalState.Verified] =
        [
            LegalState.ScopeReview,
            LegalState.Refused,
            LegalState.Withdrawn,
            LegalState.Done,
        ],
        [LegalState.ScopeReview] =
        [
            LegalState.Narrowed,
            LegalState.Releasing,
            LegalState.Destroying,
            LegalState.Refused,
            LegalState.Withdrawn,
            LegalState.Done,
        ],
        [LegalState.Narrowed] =
        [
            LegalState.ScopeReview,
            LegalState.Refused,
            LegalState.Withdrawn,
            LegalState.Done,
        ],
        [LegalState.Releasing] = [LegalState.Released, LegalState.ScopeReview],
        [LegalState.Destroying] = [LegalState.Done],
        [LegalState.Released] = [LegalState.ScopeReview, LegalState.Done],
    };

    public static bool May(LegalState from, LegalState to) =>
        Next.GetValueOrDefault(from)?.Contains(to) == true;

    /// <summary>Nothing follows.</summary>
    public static bool IsFinal(LegalState state) => !Next.ContainsKey(state);

    /// <summary>Somebody waits for an answer: the clock runs.</summary>
    public static bool IsWaiting(LegalState state) => !IsFinal(state) && state != LegalState.Released;

    public static string OwnerOf(LegalState state) =>
        state switch
        {
            LegalState.Narrowed => Authority,
            LegalState.Releasing or LegalState.Destroying => Machine,
            _ when IsFinal(state) => "",
            _ => Managers,
        };
}
