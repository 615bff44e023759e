using System.Globalization;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Sentences that drafts begin with, for the recipient.</summary>
internal static class DraftTexts
{
    public const string TimeOfUpload =
        "When the first of the files was uploaded, as the platform recorded it.";

    /// <summary>The gate knows by it that the incident's own time is missing.</summary>
    public const string TimeOfArrival =
        "When the content came to the reporting system. The time of the incident itself is not known here.";

    public static string Danger(DateTimeOffset at) =>
        $"It was noted on {Time(at)} that a child may be in danger now.";

    public static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>"public_post" as people read it.</summary>
    public static string Plain(string word) => word.Replace('_', ' ');
}
