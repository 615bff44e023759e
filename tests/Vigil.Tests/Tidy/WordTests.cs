using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vigil.Tests.Tidy;

/// <summary>What may not stand in the repository, and what must stand beside dangerous code.</summary>
public partial class WordTests
{
    /// <summary>
    /// Places in src that use an ambient or dangerous call on purpose. Lower the number when one goes.
    /// </summary>
    private const int BanExemptionsAllowed = 4;

    [Fact]
    public void No_file_promises_work_hides_code_or_names_a_machine()
    {
        var offenders =
            from file in Checkout.Files
            where IsText(file) && !file.EndsWith("WordTests.cs", StringComparison.Ordinal)
            from line in Checkout.ReadLines(file).Select((text, index) => (text, number: index + 1))
            where Unwanted().IsMatch(line.text)
            select $"{file}:{line.number}: {line.text.Trim()}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void The_ban_list_is_bypassed_only_in_counted_places_that_give_a_reason()
    {
        var bypasses = (
            from file in Checkout.Under("src/", ".cs")
            from line in Checkout.ReadLines(file)
            where line.Contains("warning disable RS0030", StringComparison.Ordinal)
            select (file, line)
        ).ToList();
        Assert.All(bypasses, bypass => Assert.Matches(@"RS0030\s*//\s*\w.{15,}", bypass.line));
        Assert.InRange(bypasses.Count, 0, BanExemptionsAllowed);
    }

    [Fact]
    public void Every_unsafe_piece_of_code_says_why_it_is_safe()
    {
        var silent =
            from file in Checkout.Under("src/", ".cs")
            from node in CSharpSyntaxTree.ParseText(Checkout.Read(file)).GetRoot().DescendantNodes()
            where IsUnsafe(node) && !node.ToFullString().Contains("SAFETY:", StringComparison.Ordinal)
            select $"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
        Assert.Empty(silent);
    }

    [Fact]
    public void No_interface_stands_for_a_single_implementation()
    {
        var trees = Checkout
            .Under("src/", ".cs")
            .Select(file => CSharpSyntaxTree.ParseText(Checkout.Read(file)).GetRoot());
        var nodes = trees.SelectMany(tree => tree.DescendantNodes()).ToList();
        var bases = nodes
            .OfType<BaseListSyntax>()
            .SelectMany(list => list.Types)
            .GroupBy(type => type.Type.ToString().Split('<')[0])
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.Empty(
            nodes
                .OfType<InterfaceDeclarationSyntax>()
                .Select(declaration => declaration.Identifier.Text)
                .Where(name => bases.GetValueOrDefault(name) < 2)
        );
    }

    private static bool IsUnsafe(SyntaxNode node) =>
        node switch
        {
            UnsafeStatementSyntax => true,
            // Interop signatures move no memory themselves; their callers say why the arguments hold.
            MethodDeclarationSyntax method when IsExtern(method) => false,
            TypeDeclarationSyntax type when type.Members.OfType<MethodDeclarationSyntax>().All(IsExtern) =>
                false,
            MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.UnsafeKeyword),
            _ => false,
        };

    private static bool IsExtern(MethodDeclarationSyntax method) =>
        method.Modifiers.Any(SyntaxKind.ExternKeyword);

    private static bool IsText(string file) =>
        Path.GetExtension(file) is not (".png" or ".vlist")
        && !file.EndsWith("packages.lock.json", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\b(TODO|FIXME|HACK|XXX)\b|#region|child porn|/work/|/root/\.|\bnuget\.org\b|Assert\.True\(true\)",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex Unwanted();
}
