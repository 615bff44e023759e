using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

/// <summary>A feature cannot go round the kernel: the compiler says no, with these very errors.</summary>
public class CompileTests
{
    /// <summary>As the features' own assembly: what a friend may see, they may not.</summary>
    private const string AssemblyName = "Vigil.Server";

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(':')
                .Append(typeof(TrustKernel).Assembly.Location)
                .Where(path =>
                    path.EndsWith(".dll", StringComparison.Ordinal)
                    && Path.GetFileName(path) != "Vigil.Server.dll"
                )
                .Distinct()
                .GroupBy(Path.GetFileName)
                .Select(paths => (MetadataReference)MetadataReference.CreateFromFile(paths.First())),
        ]
    );

    [Theory]
    [InlineData(
        "_ = db.ReadAsync(actor, Permission.CaseRead, tx => tx.FindAsync<string>(\"select @tenant\"));"
    )]
    [InlineData("_ = Actor.Machine(TenantId.Default, \"feature\", Permission.CaseRead);")]
    [InlineData("_ = new LedgerAct(\"thing.deed\", \"object\");")]
    [InlineData("_ = tx.RaiseAsync(new EntriesDisputed([], CaseRef.New(), \"reason\"));")]
    public void What_a_feature_may_do_compiles(string code) => Assert.Empty(ErrorsOf(code));

    [Theory]
    // A transaction, an actor, a database, a kernel are made by the kernel only.
    [InlineData("_ = new Tx(null!, null!, null!, null!, actor, true, default);", "CS1729")]
    [InlineData("_ = new Db(null!, null!);", "CS1729")]
    [InlineData("_ = new TrustKernel(null!, null!);", "CS1729")]
    [InlineData("_ = new TenantSecrets(null!, TenantId.Default);", "CS1729")]
    [InlineData("_ = new Reactions();", "CS1729")]
    // Nobody makes himself somebody else, or gives himself permissions.
    [InlineData("_ = new Actor(actor.Tenant, actor.Kind, actor.Name, actor.Permissions);", "CS1729")]
    [InlineData("actor.Permissions = new HashSet<Permission>();", "CS0200")]
    [InlineData("actor.Tenant = new TenantId(\"other\");", "CS0200")]
    [InlineData("_ = tx.In(new TenantId(\"other\"));", "CS1061")]
    // The ledger has one writer, and an act a name and an object.
    [InlineData("_ = LedgerWriter.WriteAsync(tx, new LedgerAct(\"a\", \"b\"));", "CS0122")]
    [InlineData("_ = new LedgerAct(\"thing.deed\");", "CS7036")]
    [InlineData("tx.Recorded = 1;", "CS1061")]
    // No call to the database without an actor and a permission.
    [InlineData("_ = db.SystemAsync(\"feature\", true, tx => Task.FromResult(1));", "CS1061")]
    [InlineData(
        "_ = db.InstallationAsync(actor, Permission.CaseRead, true, tx => Task.FromResult(1));",
        "CS1061"
    )]
    [InlineData("_ = db.ReadAsync(actor, tx => Task.FromResult(1));", "CS7036")]
    [InlineData("_ = db.Dialect;", "CS1061")]
    [InlineData("_ = tx.Kernel;", "CS1061")]
    [InlineData("KernelServices? services = null;", "CS0122")]
    [InlineData("Vigil.Trust.Data.Engine? engine = null;", "CS0122")]
    [InlineData("Vault? vault = null;", "CS0122")]
    // Events are raised in a transaction, not beside it.
    [InlineData("_ = reactions.RaiseAsync(tx, \"event\");", "CS1061")]
    public void What_goes_round_the_kernel_does_not_compile(string code, string error) =>
        Assert.Equal([error], ErrorsOf(code));

    private static IReadOnlyList<string> ErrorsOf(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(
            $$"""
            using System.Collections.Generic;
            using System.Threading.Tasks;
            using Vigil.Trust;

            internal static class Feature
            {
                public static void Do(Db db, Tx tx, Actor actor, Reactions reactions)
                {
                    {{code}}
                }
            }
            """
        );
        var compilation = CSharpCompilation.Create(
            AssemblyName,
            [tree],
            References.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        return
        [
            .. compilation
                .GetDiagnostics()
                .Where(found => found.Severity == DiagnosticSeverity.Error)
                .Select(found => found.Id),
        ];
    }
}
