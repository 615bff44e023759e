using System.Text.Json;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Cases;

public enum CaseState
{
    Open,

    /// <summary>Every item is decided.</summary>
    Decided,

    /// <summary>Put aside for a reason, decided or not.</summary>
    Closed,
}

internal enum ItemState
{
    Open,

    /// <summary>A person found that it is no CSAM.</summary>
    NotCsam,

    /// <summary>A person confirmed it.</summary>
    Confirmed,
}

/// <summary>Of a case: what its items come to.</summary>
internal enum CaseOutcome
{
    /// <summary>All of them are no CSAM.</summary>
    NotCsam,

    /// <summary>At least one was confirmed.</summary>
    Confirmed,
}

/// <summary>Why a user flagged; closed, in neutral words.</summary>
internal enum FlagReason
{
    Csam,
    GeneratedCsam,
    IntimateImage,
    Grooming,
    Sextortion,
    LiveStreaming,
    Trafficking,
    UnsolicitedMaterial,

    /// <summary>A child may be in danger now: goes to the top.</summary>
    ChildInDanger,
    Other,
}

/// <summary>Why a case is put aside.</summary>
internal enum CloseReason
{
    Duplicate,
    Test,

    /// <summary>There is too little to decide by.</summary>
    NotActionable,

    /// <summary>Somebody else has it: an authority, another team.</summary>
    HandledElsewhere,
    Other,
}

/// <summary>Closed words as they stand in requests and answers: not_csam, child_in_danger …</summary>
internal static class Words
{
    public static string NameOf<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());

    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(NameOf);

    public static T? Find<T>(string? name)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(word => NameOf(word) == name).Select(word => (T?)word).FirstOrDefault();

    /// <exception cref="ProblemException">Another word; the text names those there are.</exception>
    public static T Parse<T>(string? name, string member)
        where T : struct, Enum =>
        Find<T>(name)
        ?? throw ProblemException.BadRequest(
            $"unknown_{JsonNamingPolicy.SnakeCaseLower.ConvertName(member)}",
            $"'{member}' is one of: {string.Join(", ", All<T>())}."
        );
}
