using System.Globalization;
using Vigil.Server.Features.Viewing.Transcripts;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>A transcript in facts, as pages say it.</summary>
internal static class TranscriptText
{
    /// <summary>As "Transcript, 1,234 characters, in en, made by …".</summary>
    public static string Of(TranscriptFacts facts) =>
        $"Transcript, {facts.Characters.ToString("N0", CultureInfo.InvariantCulture)} characters, "
        + $"in {facts.Language}, made by {facts.MadeBy}";
}
