using Vigil.CyberTip;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>What is said of each file. That it was viewed is told by the records alone, and is no field.</summary>
internal static class FileFields
{
    private static readonly (
        string Name,
        Func<FileAnnotations, bool> Get,
        Func<FileAnnotations, bool, FileAnnotations> Set
    )[] Marks =
    [
        (
            "animeDrawingVirtualHentai",
            it => it.AnimeDrawingVirtualHentai,
            (it, to) => it with { AnimeDrawingVirtualHentai = to }
        ),
        ("potentialMeme", it => it.PotentialMeme, (it, to) => it with { PotentialMeme = to }),
        ("viral", it => it.Viral, (it, to) => it with { Viral = to }),
        (
            "possibleSelfProduction",
            it => it.PossibleSelfProduction,
            (it, to) => it with { PossibleSelfProduction = to }
        ),
        ("physicalHarm", it => it.PhysicalHarm, (it, to) => it with { PhysicalHarm = to }),
        ("violenceGore", it => it.ViolenceGore, (it, to) => it with { ViolenceGore = to }),
        ("bestiality", it => it.Bestiality, (it, to) => it with { Bestiality = to }),
        ("liveStreaming", it => it.LiveStreaming, (it, to) => it with { LiveStreaming = to }),
        ("infant", it => it.Infant, (it, to) => it with { Infant = to }),
        ("generativeAi", it => it.GenerativeAi, (it, to) => it with { GenerativeAi = to }),
    ];

    private static readonly string[] YesNo = ["", "yes", "no"];

    /// <summary>Of the fields, behind the file's own step.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "originalFileName",
        "publiclyAvailable",
        "fileRelevance",
        "industryClassification",
        .. Marks.Select(mark => mark.Name),
    ];

    public static IEnumerable<FieldSpec> Of(int index)
    {
        var (part, prefix) = ($"File {index + 1}", $"fileDetails{index + 1}-");
        return
        [
            new(
                part,
                prefix + "originalFileName",
                $"Name as uploaded (file {index + 1})",
                draft => At(draft, index).OriginalFileName ?? "",
                (draft, value) =>
                    Change(draft, index, it => it with { OriginalFileName = FieldValues.OrNull(value) })
            )
            {
                Most = 2056,
            },
            Choice<FileRelevance>(
                part,
                prefix + "fileRelevance",
                $"Relevance (file {index + 1})",
                draft => At(draft, index).FileRelevance,
                (draft, value) => Change(draft, index, it => it with { FileRelevance = value })
            ),
            Choice<FileClassification>(
                part,
                prefix + "industryClassification",
                $"Industry classification (file {index + 1})",
                draft => At(draft, index).IndustryClassification,
                (draft, value) => Change(draft, index, it => it with { IndustryClassification = value })
            ),
            new(
                part,
                prefix + "publiclyAvailable",
                $"Whole contents publicly accessible (file {index + 1})",
                draft =>
                    At(draft, index).PubliclyAvailable switch
                    {
                        true => "yes",
                        false => "no",
                        null => "",
                    },
                (draft, value) =>
                    Change(
                        draft,
                        index,
                        it => it with { PubliclyAvailable = value.Length == 0 ? null : value == "yes" }
                    )
            )
            {
                Kind = FieldKind.Choice,
                Choices = YesNo,
            },
            .. Marks.Select(mark => new FieldSpec(
                part,
                prefix + mark.Name,
                $"{Words.Of(mark.Name[..1].ToUpperInvariant() + mark.Name[1..]).Replace('_', ' ')} (file {index + 1})",
                draft => At(draft, index).FileAnnotations is { } all && mark.Get(all) ? "true" : "false",
                (draft, value) =>
                    Change(draft, index, it => Marked(it, all => mark.Set(all, value == "true")))
            )
            {
                Kind = FieldKind.Check,
            }),
        ];
    }

    private static FieldSpec Choice<T>(
        string part,
        string anchor,
        string label,
        Func<ReportDraft, T?> get,
        Func<ReportDraft, T?, ReportDraft> set
    )
        where T : struct, Enum =>
        new(
            part,
            anchor,
            label,
            draft => get(draft) is { } value ? Words.Of(value) : "",
            (draft, value) => set(draft, value.Length == 0 ? null : Words.Read<T>(value, "choice"))
        )
        {
            Kind = FieldKind.Choice,
            Choices = ["", .. Enum.GetValues<T>().Select(value => Words.Of(value))],
        };

    private static FileDetails At(ReportDraft draft, int index) => draft.Tip.FileDetails[index];

    private static ReportDraft Change(ReportDraft draft, int index, Func<FileDetails, FileDetails> change) =>
        draft with
        {
            Tip = draft.Tip with
            {
                FileDetails = draft.Tip.FileDetails.With(index, change(draft.Tip.FileDetails[index])),
            },
        };

    /// <summary>"A meme" alone and annotations exclude each other: with annotations it is one of them.</summary>
    private static FileDetails Marked(FileDetails details, Func<FileAnnotations, FileAnnotations> change)
    {
        var before =
            details.FileAnnotations ?? new FileAnnotations { PotentialMeme = details.PotentialMeme == true };
        var after = change(before);
        return details with
        {
            PotentialMeme = null,
            FileAnnotations = after == new FileAnnotations() ? null : after,
        };
    }
}
