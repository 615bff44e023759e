using System.Globalization;
using System.Text.Json;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Cli.Comparing;

/// <summary>How alike two videos are: vPDQ by both published formulas, TMK+PDQF at both levels.</summary>
internal sealed record VideoComparison(VpdqScore Program, VpdqScore Exchange, float? Level1, float? Level2)
{
    public static VideoComparison Of(VideoFacts a, VideoFacts b, CancellationToken cancellation)
    {
        var both = a.Tmk is { } left && b.Tmk is { } right ? ((TmkHash, TmkHash)?)(left, right) : null;
        return new VideoComparison(
            VpdqMatch.Score(a.Features, b.Features, cancellation: cancellation),
            VpdqMatch.Score(a.Features, b.Features, VpdqFormula.Exchange, cancellation: cancellation),
            both is var (c, d) ? TmkMatch.Level1(c, d) : null,
            both is var (e, f) ? TmkMatch.Level2(e, f) : null
        );
    }

    public IEnumerable<string> Lines()
    {
        yield return $"vPDQ, {Text(Program)} (C++ program: distance under {VpdqMatch.DefaultDistanceBits})";
        yield return $"vPDQ, {Text(Exchange)} (threatexchange: up to {VpdqMatch.DefaultDistanceBits}, "
            + "equal frames once)";
        if (Level1 is { } level1 && Level2 is { } level2)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"TMK+PDQF level 1 {level1:F6}, level 2 {level2:F6}"
            );
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("vpdq");
        Write(json, "program", Program);
        Write(json, "exchange", Exchange);
        json.WriteEndObject();
        if (Level1 is { } level1 && Level2 is { } level2)
        {
            json.WriteStartObject("tmk");
            json.WriteNumber("level1", Math.Round((double)level1, 6));
            json.WriteNumber("level2", Math.Round((double)level2, 6));
            json.WriteEndObject();
        }
    }

    private static string Text(VpdqScore score) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"A in B {score.QueryPercent:F2} %, B in A {score.TargetPercent:F2} %, of {score.QueryFrames} and "
        ) + $"{score.TargetFrames} frames";

    private static void Write(Utf8JsonWriter json, string name, VpdqScore score)
    {
        json.WriteStartObject(name);
        json.WriteNumber("queryPercent", Math.Round(score.QueryPercent, 4));
        json.WriteNumber("targetPercent", Math.Round(score.TargetPercent, 4));
        json.WriteNumber("queryFrames", score.QueryFrames);
        json.WriteNumber("targetFrames", score.TargetFrames);
        json.WriteEndObject();
    }
}
