using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vigil.Tests.Tidy;

/// <summary>
/// Sizes that keep a file readable in one go. The exemptions are counted, and the count may only fall.
/// </summary>
public class SizeTests
{
    private const int MaxFileLines = 500;
    private const int MaxMedianLines = 100;
    private const int MaxPercentile95Lines = 350;
    private const int MaxFunctionLines = 70;
    private const int MaxColumns = 120;
    private const long MaxBlobBytes = 300_000;

    [Fact]
    public void No_source_file_is_over_500_lines_and_most_are_far_below()
    {
        var sizes = Checkout
            .Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(file => (file, lines: Checkout.ReadLines(file).Length))
            .OrderBy(size => size.lines)
            .ToList();

        Assert.Empty(sizes.Where(size => size.lines > MaxFileLines));
        Assert.InRange(sizes[sizes.Count / 2].lines, 1, MaxMedianLines);
        Assert.InRange(sizes[sizes.Count * 95 / 100].lines, 1, MaxPercentile95Lines);
    }

    [Fact]
    public void No_function_is_over_70_lines()
    {
        var tooLong =
            from file in Checkout.Under("src/", ".cs").Concat(Checkout.Under("bench/", ".cs"))
            from node in CSharpSyntaxTree.ParseText(Checkout.Read(file)).GetRoot().DescendantNodes()
            where
                node
                    is BaseMethodDeclarationSyntax
                        or LocalFunctionStatementSyntax
                        or AccessorDeclarationSyntax
            let span = node.GetLocation().GetLineSpan()
            let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
            where lines > MaxFunctionLines
            select $"{file}:{span.StartLinePosition.Line + 1} has {lines} lines";
        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_line_of_source_is_too_wide_to_read_beside_another_file()
    {
        var tooWide =
            from file in Checkout.Under("src/", ".cs")
            from line in Checkout.ReadLines(file).Select((text, index) => (text, number: index + 1))
            where line.text.Length > MaxColumns
            select $"{file}:{line.number}";
        Assert.Empty(tooWide);
    }

    [Fact]
    public void No_large_file_is_in_the_repository()
    {
        Assert.Empty(
            Checkout.Files.Where(file =>
                new FileInfo(Path.Combine(Checkout.Root, file)).Length > MaxBlobBytes
            )
        );
    }

    [Fact]
    public void The_architecture_and_the_readmes_stay_short_enough_to_be_read()
    {
        Assert.InRange(Checkout.ReadLines("ARCHITECTURE.md").Length, 20, 200);
        foreach (var readme in Checkout.Under("src/", "README.md"))
        {
            Assert.True(Checkout.ReadLines(readme).Length <= 70, $"{readme} has more than 70 lines");
        }
    }
}
