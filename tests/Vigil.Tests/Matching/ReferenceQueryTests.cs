using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Hashing;
using Vigil.Matching;

namespace Vigil.Tests.Matching;

/// <summary>
/// The answers of the reference index (pdq/cpp, mih-query at distance 32): per needle its lines
/// <c>d=,match=,idx=</c>, where idx counts the lines of the haystack from 1; needles are not part of the
/// haystack, though half of them stand in it too.
/// </summary>
public partial class ReferenceQueryTests
{
    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("VIGIL_SHARED_DATA")
            ?? Path.Combine(AppContext.BaseDirectory, "../../../../../../shared/data"),
        "vectors"
    );

    [Fact]
    public void The_reference_haystack_gives_the_reference_answers()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "no reference vectors here: set VIGIL_SHARED_DATA");
        var haystack = Hashes("haystack.txt");
        var needles = Hashes("needles.txt");
        var expected = Answers();
        Assert.Equal((1350, 100, 100), (haystack.Length, needles.Length, expected.Count));
        Assert.Equal(250, expected.Sum(answer => answer.Lines.Count));

        var index = MatchIndex.Build([Made.List("haystack", haystack)]);
        for (var i = 0; i < needles.Length; i++)
        {
            Assert.Equal(needles[i].ToHex(), expected[i].Needle);
            var file = new Fingerprint { Pictures = [new PdqResult(needles[i], new Quality(100))] };
            var found = index
                .Find(file, new Radius(32))
                .Select(match => (match.DistanceBits!.Value, haystack[match.Entry].ToHex(), match.Entry + 1));
            Assert.Equal(expected[i].Lines.Order(), found.Order());
        }
    }

    private static PdqHash[] Hashes(string name) =>
        [
            .. File.ReadLines(Path.Combine(Folder, name))
                .Select(line =>
                    PdqHash.TryParse(line, out var hash) ? hash : throw new FormatException(name)
                ),
        ];

    private static List<(string Needle, List<(int Bits, string Hash, int Line)> Lines)> Answers()
    {
        var answers = new List<(string, List<(int, string, int)> Lines)>();
        foreach (var line in File.ReadLines(Path.Combine(Folder, "pdq-mih-query-needles-haystack.txt")))
        {
            if (line.StartsWith("needle=", StringComparison.Ordinal))
            {
                answers.Add((line["needle=".Length..], []));
            }
            else if (line.Length > 0)
            {
                var parts = AnswerLine().Match(line);
                Assert.True(parts.Success, "an answer line of another form");
                answers[^1].Lines.Add((Number(parts, 1), parts.Groups[2].Value, Number(parts, 3)));
            }
        }
        return answers;
    }

    private static int Number(System.Text.RegularExpressions.Match parts, int group) =>
        int.Parse(parts.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("^d=([0-9]+),match=([0-9a-f]{64}),idx=([0-9]+)$")]
    private static partial Regex AnswerLine();
}
