using Vigil.Server.Tests.Access;
using Vigil.Server.Tests.Delivery;
using Vigil.Server.Tests.Faults;
using Vigil.Server.Tests.History;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Vigil.Server.Tests.LongestFirst))]

namespace Vigil.Server.Tests;

/// <summary>The classes that take longest begin first, so that none of them runs on alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Long =
    [
        typeof(CrashLoopTests),
        typeof(Reporting.Filing.KillTests),
        typeof(AccessMatrixTests),
        typeof(CustodyKillTests),
        typeof(SingleSignOnTests),
        typeof(FailingReceiverTests),
        typeof(RetentionModelTests),
        typeof(HuntCrashTests),
        typeof(HuntTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(PlaceOf)];

    private static int PlaceOf<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = Array.FindIndex(Long, type => collection.TestCollectionDisplayName.Contains($"{type} "));
        return place < 0 ? Long.Length : place;
    }
}
