namespace Vigil.Tests.Tidy;

/// <summary>Filing a report takes twenty lines, as its readers are told.</summary>
public class SampleProgramTests
{
    private const int MostLines = 20;
    private const int MostColumns = 120;

    public static TheoryData<string> Programs => ["file-a-report.cs"];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_sample_has_at_most_twenty_lines_of_code(string name)
    {
        var lines = await ReadAsync(name);
        var code = lines.Where(IsCode).ToList();
        Assert.InRange(code.Count, 5, MostLines);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, MostColumns));
        // Not by putting statements together: one a line.
        Assert.All(
            code,
            line =>
                Assert.InRange(
                    line.Split("; ").Count(part => part.Trim().Length > 0 && !IsComment(part)),
                    1,
                    1
                )
        );
    }

    private static bool IsCode(string line) => line.Trim().Length > 0 && !IsComment(line);

    private static bool IsComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    private static async Task<string[]> ReadAsync(string name)
    {
        using var reader = new StreamReader(Path.Combine(Checkout.Root, "samples", name));
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
    }
}
