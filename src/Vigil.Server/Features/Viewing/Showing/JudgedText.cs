using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>What a person here said of an equal file, in a sentence.</summary>
internal static class JudgedText
{
    public static string Short(JudgedFile judged) =>
        judged.IsConfirmed
            ? $"an equal file was seen whole here and confirmed on {judged.At:yyyy-MM-dd}"
            : $"an equal file was seen whole here and is not CSAM, decided on {judged.At:yyyy-MM-dd}";

    /// <param name="judged">What was said.</param>
    /// <param name="isNamed">The reader may see its case.</param>
    public static string Of(JudgedFile judged, bool isNamed) =>
        Short(judged) + (isNamed ? $" in case {judged.Case}." : ", in a case that you do not see.");
}
