using Vigil.Matching.Lists;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What says, before a person looks, that a case holds something some ask not to be given.</summary>
internal static class KnownHarms
{
    public static HarmKind[] Of(ProblemType? type) =>
        type switch
        {
            ProblemType.Grooming => [HarmKind.Conversations],
            ProblemType.SelfGenerated => [HarmKind.SelfMade],
            ProblemType.SexualExtortion => [HarmKind.SelfMade, HarmKind.Conversations],
            ProblemType.LiveStreaming => [HarmKind.LiveStreams],
            _ => [],
        };

    public static HarmKind[] Of(FlagReason reason) =>
        reason switch
        {
            FlagReason.GeneratedCsam => [HarmKind.Generated],
            FlagReason.IntimateImage => [HarmKind.SelfMade],
            FlagReason.Grooming => [HarmKind.Conversations],
            FlagReason.Sextortion => [HarmKind.SelfMade, HarmKind.Conversations],
            FlagReason.LiveStreaming => [HarmKind.LiveStreams],
            _ => [],
        };

    /// <summary>A person saw it, or read it.</summary>
    public static IEnumerable<HarmKind> Of(GradeFacts facts)
    {
        (bool Holds, HarmKind Harm)[] all =
        [
            (facts.Infant, HarmKind.Infants),
            (facts.Sadism, HarmKind.Violence),
            (facts.Animal, HarmKind.Animals),
            (facts.LiveStreamed, HarmKind.LiveStreams),
            (facts.SelfGenerated, HarmKind.SelfMade),
            (facts.Depiction != Depiction.Real, HarmKind.Generated),
        ];
        return all.Where(one => one.Holds).Select(one => one.Harm);
    }

    /// <param name="purpose">Of a list, as "known-csam"; null: no list's.</param>
    public static HarmKind[] OfPurpose(string? purpose) =>
        purpose is null || !ListPurposes.TryParse(purpose, out var known, out _)
            ? []
            : known switch
            {
                ListPurpose.GeneratedCsam => [HarmKind.Generated],
                ListPurpose.IntimateImageAbuse or ListPurpose.TakeItDownMinor => [HarmKind.SelfMade],
                _ => [],
            };

    /// <summary>Where it was found.</summary>
    public static HarmKind[] OfSurface(string surface) =>
        surface == Surfaces.NameOf(Surface.LiveStream) ? [HarmKind.LiveStreams]
        : surface == Surfaces.NameOf(Surface.GeneratedOutput) ? [HarmKind.Generated]
        : [];
}
