using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vigil.Tests.Tidy;

/// <summary>What keeps features apart from each other and tenants apart in every statement.</summary>
public partial class FeatureTests
{
    private const string Features = "src/Vigil.Server/Features/";

    /// <summary>
    /// Statements of the kernel that serve all tenants and so name none. Lower the number when one goes; raise it
    /// only for the kernel's own services.
    /// </summary>
    private const int SystemStatementsAllowed = 48;

    /// <summary>
    /// Statements put together from pieces, whose "@tenant" stands in another piece; each transaction checks the whole
    /// when it runs. Lower the number when one goes.
    /// </summary>
    private const int ComposedStatementsAllowed = 2;

    /// <summary>Tables that another feature reads without a view (the lists' clock). Lower the number when one goes.</summary>
    private const int ForeignTablesAllowed = 1;

    private static readonly string[] Names =
    [
        .. Checkout
            .Files.Where(file => file.StartsWith(Features, StringComparison.Ordinal))
            .Select(file => file[Features.Length..])
            .Where(file => file.Contains('/'))
            .Select(file => file.Split('/')[0])
            .Distinct(),
    ];

    [Fact]
    public void Every_feature_has_a_module_and_a_readme()
    {
        Assert.NotEmpty(Names);
        var missing = Names
            .SelectMany(name => new[] { $"{Features}{name}/README.md", $"{Features}{name}/{name}Module.cs" })
            .Where(file => !Checkout.Files.Contains(file));
        Assert.Empty(missing);
    }

    [Fact]
    public void No_feature_names_the_namespace_of_another()
    {
        var offenders =
            from name in Names
            from file in Checkout
                .Under($"{Features}{name}/", ".cs")
                .Concat(Checkout.Under($"{Features}{name}/", ".razor"))
            from line in Checkout.ReadLines(file).Select((text, index) => (text, number: index + 1))
            from match in FeatureName().Matches(line.text)
            where match.Groups["name"].Value != name
            select $"{file}:{line.number}: {line.text.Trim()}";
        Assert.Empty(offenders);
    }

    /// <summary>
    /// Inside the namespace of all features another's types are one short name away ("Lists.ListsModule").
    /// </summary>
    [Fact]
    public void No_feature_reaches_another_by_its_short_name()
    {
        var types = Names.ToDictionary(
            name => name,
            name =>
                Nodes(Checkout.Under($"{Features}{name}/", ".cs"))
                    .OfType<BaseTypeDeclarationSyntax>()
                    .Select(type => type.Identifier.Text)
                    .Concat(
                        Checkout
                            .Under($"{Features}{name}/", ".razor")
                            .Select(file => Path.GetFileNameWithoutExtension(file))
                    )
                    .ToHashSet()
        );
        var offenders =
            from name in Names
            from file in Checkout
                .Under($"{Features}{name}/", ".cs")
                .Concat(Checkout.Under($"{Features}{name}/", ".razor"))
            from match in Dotted().Matches(Checkout.Read(file))
            let other = match.Groups["first"].Value
            where
                other != name
                && types.TryGetValue(other, out var theirs)
                && theirs.Contains(match.Groups["second"].Value)
            select $"{file}: {match.Value}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void Every_statement_of_the_server_names_the_tenant()
    {
        var statements = Statements("src/Vigil.Server/").ToList();
        Assert.NotEmpty(statements);
        var silent = statements
            .Where(found => !found.Sql.Contains("@tenant", StringComparison.Ordinal))
            .ToList();
        Assert.True(
            silent.Count <= ComposedStatementsAllowed,
            $"{silent.Count}, {ComposedStatementsAllowed} allowed:\n{string.Join('\n', silent)}"
        );
    }

    [Fact]
    public void Statements_of_all_tenants_stand_in_the_kernel_only_and_are_counted()
    {
        var system = Statements("src/Vigil.Trust/")
            .Where(found => !found.Sql.Contains("@tenant", StringComparison.Ordinal))
            .ToList();
        Assert.True(
            system.Count <= SystemStatementsAllowed,
            $"{system.Count}, {SystemStatementsAllowed} allowed:\n{string.Join('\n', system)}"
        );
    }

    /// <summary>Another's tables are read through the views that it made for that.</summary>
    [Fact]
    public void No_feature_touches_the_tables_of_another()
    {
        var owners = (
            from name in Names
            from file in Checkout.Under($"{Features}{name}/Migrations/", ".sql")
            from match in CreateTable().Matches(Checkout.Read(file))
            select (Table: match.Groups["name"].Value, Owner: name)
        )
            .Distinct()
            .ToDictionary(pair => pair.Table, pair => pair.Owner);
        Assert.NotEmpty(owners);
        var offenders =
            from name in Names
            from found in Statements($"{Features}{name}/")
            from match in Used().Matches(found.Sql)
            let table = match.Groups["name"].Value
            where owners.TryGetValue(table, out var owner) && owner != name
            select $"{found.Where}: {table}";
        var touched = offenders.ToList();
        Assert.True(touched.Count <= ForeignTablesAllowed, string.Join('\n', touched));
    }

    /// <summary>String literals that begin as a statement does, interpolated ones with their fixed parts.</summary>
    private static IEnumerable<(string Where, string Sql)> Statements(string folder) =>
        from file in Checkout.Under(folder, ".cs")
        from node in Nodes([file])
        let text = node switch
        {
            LiteralExpressionSyntax literal when literal.Token.Value is string value => value,
            InterpolatedStringExpressionSyntax mixed => string.Concat(
                mixed.Contents.Select(part =>
                    part is InterpolatedStringTextSyntax fixedPart
                        ? fixedPart.TextToken.ValueText
                        : part.ToString()
                )
            ),
            _ => "",
        }
        where Statement().IsMatch(text)
        select ($"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}", text);

    private static IEnumerable<SyntaxNode> Nodes(IEnumerable<string> files) =>
        files.SelectMany(file => CSharpSyntaxTree.ParseText(Checkout.Read(file)).GetRoot().DescendantNodes());

    [GeneratedRegex(@"Vigil\.Server\.Features\.(?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex FeatureName();

    [GeneratedRegex(@"(?<![\w.])(?<first>[A-Z]\w*)\.(?<second>[A-Z]\w*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Dotted();

    [GeneratedRegex(
        @"^\s*(select\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s)",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex Statement();

    [GeneratedRegex(@"create table (?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"\b(from|join|into|update)\s+(?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Used();
}
