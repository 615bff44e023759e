using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// What is seen on a file: what graders agreed on, what the platform knows, what the case is. Only yes is said; no and
/// "not looked at" are the same silence.
/// </summary>
internal static class FileFacts
{
    public static FileAnnotations? AnnotationsOf(DraftSources from, ReportableItem item, FileDetails? told)
    {
        var table = IncidentTable.Of(from.Case.ProblemType).FileAnnotations;
        var given = told?.FileAnnotations;
        var annotations = new FileAnnotations
        {
            AnimeDrawingVirtualHentai = Is("depiction", "drawn"),
            Viral = given?.Viral == true,
            PossibleSelfProduction = Is("selfGenerated", "yes") || table.Contains("possibleSelfProduction"),
            PhysicalHarm = Is("sadism", "yes"),
            Bestiality = Is("animal", "yes"),
            LiveStreaming = Is("liveStreamed", "yes") || table.Contains("liveStreaming"),
            Infant = Is("infant", "yes"),
            GenerativeAi =
                Is("depiction", "generated")
                || given?.GenerativeAi == true
                || item.Surface == "generated_output",
        };
        return annotations == new FileAnnotations() ? null : annotations;

        bool Is(string fact, string word) => item.Facts.GetValueOrDefault(fact) == word;
    }

    /// <summary>By who takes part in the industry's agreement only.</summary>
    public static FileClassification? ClassOf(DraftSources from, ReportableItem item) =>
        from.Organisation.MayClassify
        && Enum.TryParse<FileClassification>(item.Facts.GetValueOrDefault("code.a1-b2"), out var code)
        && Enum.IsDefined(code)
            ? code
            : null;
}
